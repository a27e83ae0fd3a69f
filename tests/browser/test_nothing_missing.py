"""Accounts, photos and reconnection: no message is missing, on either backend."""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.accounts.visitor import Visitor
from tests.browser.conftest import Chats, Person
from tests.conformance.room import Member

LABELS = {"django-channels": "Django Channels", "fastapi": "FastAPI"}
BACKENDS = tuple(LABELS)
PASSWORD = "correct horse battery"
REFUSED = "Failed to load resource"

BringPerson = Callable[..., Person]
BringMember = Callable[[str, str, str], Member]


@dataclass(frozen=True)
class File:
    """A file on the user's computer."""

    name: str
    data: bytes
    mime: str = "image/png"

    def payload(self) -> FilePayload:
        """The file as a file chooser takes it."""
        return {"name": self.name, "mimeType": self.mime, "buffer": self.data}

    def hand(self, page: Page, event: str, target: str) -> None:
        """Paste it, or drop it onto an element."""
        page.evaluate(
            """([event, target, name, mime, bytes]) => {
                const held = new DataTransfer();
                held.items.add(new File([new Uint8Array(bytes)], name, { type: mime }));
                const made = event === 'paste'
                    ? new ClipboardEvent(event, { clipboardData: held, bubbles: true })
                    : new DragEvent(event, { dataTransfer: held, bubbles: true });
                document.querySelector(target).dispatchEvent(made);
            }""",
            [event, target, self.name, self.mime, list(self.data)],
        )


def picture(name: str, width: int = 40, height: int = 30) -> File:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + b"\x2a\x80\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return File(name, b"\x89PNG\r\n\x1a\n" + chunks)


def open_account(somebody: Person, name: str, *, call: str = "I have one") -> None:
    """Fill in the open account dialog, and send it."""
    dialog = somebody.page.get_by_role("dialog")
    dialog.get_by_label(call).check()
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_label("Password").press("Enter")


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_account_from_its_beginning_to_its_end(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """The user registers, reloads, signs out and signs in, and the page explains refusals."""
    ann = person("Guest of Ann")
    ann.expected.append(REFUSED)
    ann.open(chats.origins[backend], room="account")
    ann.is_connected()
    eve = member(chats.origins[backend], "account", "Eve")
    ann.say("as a guest")
    ann.sees("as a guest")
    ann.page.get_by_role("button", name="your account").click()
    dialog = ann.page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "You are here as a guest, Guest of Ann. "
        f"An account created here works on {LABELS[backend]} only."
    )
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    dialog.get_by_label("Name", exact=True).fill("Ada")
    dialog.get_by_label("Password").fill("short")
    dialog.get_by_label("Password").press("Enter")
    expect(dialog.get_by_text("A password has at least 8 characters.")).to_be_visible()
    open_account(ann, "Ada", call="New account")
    expect(dialog).to_be_hidden()
    ann.is_connected()
    expect(ann.page.locator("#people li")).to_have_text([re.compile("Ada.*You"), "EEve"])
    expect(ann.page.locator("#timeline .notice.entered")).to_have_text(
        [f"Joined #account on {LABELS[backend]}"]  # told once, with the account, too
    )
    ann.say("with an account")
    assert eve.until("message", text="with an account")["user"] == "Ada"

    ann.page.reload()
    ann.is_connected()
    expect(ann.page.locator("#me-name")).to_have_text("Ada")
    expect(ann.page.locator(".message.own .text")).to_have_text("with an account")
    ann.page.get_by_role("button", name="your account").click()
    ann.page.get_by_role("button", name="Sign out").click()
    expect(ann.page.get_by_label("Your name")).to_be_visible()
    ann.page.get_by_role("button", name="Sign in / Create account").click()
    open_account(ann, "aDA", call="New account")
    expect(ann.page.get_by_text("This name is taken")).to_be_visible()
    dialog.get_by_label("I have one").check()
    dialog.get_by_label("Password").fill("wrong password")
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_text("The name or the password is wrong.")).to_be_visible()
    open_account(ann, "ada")
    expect(ann.page.locator("#signed")).to_contain_text("Signed in as Ada")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_reserved_name_leads_to_signing_in(
    chats: Chats, person: BringPerson, backend: str
) -> None:
    """The server refuses a guest with an account's name, and one click leads to signing in."""
    with Visitor(chats.origins[backend]) as visitor:
        visitor.register("Zoe", PASSWORD)
    guest = person("Zoe")
    guest.open(chats.origins[backend], room="reserved")
    expect(guest.page.get_by_text("You have to sign in first")).to_be_visible()
    guest.page.get_by_role("button", name="Sign in", exact=True).click()
    open_account(guest, "Zoe")
    guest.is_connected()
    expect(guest.page.locator("#trouble")).to_be_hidden()


@pytest.mark.parametrize("backend", BACKENDS)
def test_photos_by_button_paste_and_drop(chats: Chats, person: BringPerson, backend: str) -> None:
    """All ways give a preview, and others see the photos, in full size and after a reload."""
    ann, bob = person("Ann"), person("Bob")
    for somebody in (ann, bob):
        somebody.open(chats.origins[backend], room="photos")
        somebody.is_connected()
    send = ann.page.get_by_role("button", name="Send", exact=True)
    attached = ann.page.locator("#attached li")

    with ann.page.expect_file_chooser() as choosing:
        ann.page.get_by_role("button", name="Choose photos").click()
    choosing.value.set_files([picture("ねこ & 1.png").payload()])
    expect(attached).to_have_text(re.compile("ねこ & 1.png"))
    send.click()
    bob.shows("ねこ & 1.png")
    picture("pasted.png").hand(ann.page, "paste", "#draft")
    expect(attached).to_have_count(1)
    File("notes.png", b"no picture").hand(ann.page, "drop", "#talk")
    expect(attached.last).to_contain_text("Not a PNG, JPEG, WebP or GIF.")
    picture("dropped.png").hand(ann.page, "drop", "#talk")
    expect(attached).to_have_count(3)
    ann.page.get_by_role("button", name="Remove notes.png").click()
    ann.say("with these")
    for name in ("pasted.png", "dropped.png"):
        ann.shows(name)
        bob.shows(name)
    bob.sees("with these")
    expect(attached).to_have_count(0)

    bob.page.locator(".photo").last.click()
    expect(bob.page.locator("#viewer-image")).to_have_js_property("naturalWidth", 40)
    viewer = bob.page.get_by_role("dialog", name="dropped.png")
    expect(viewer.get_by_role("button", name="Next photo")).to_be_disabled()
    bob.page.keyboard.press("ArrowLeft")
    bob.page.keyboard.press("ArrowLeft")
    expect(bob.page.locator("#viewer-caption")).to_have_text(re.compile("ねこ & 1.png$"))
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator("#viewer")).to_be_hidden()
    expect(bob.page.locator(".photo").first).to_be_focused()
    bob.page.reload()
    for name in ("ねこ & 1.png", "pasted.png", "dropped.png"):
        bob.shows(name)


def test_a_photo_on_a_slow_line_shows_how_much_has_gone_out(
    chats: Chats, person: BringPerson
) -> None:
    """The progress follows the socket's unsent bytes, and the photo's box keeps its size."""
    ann = person("Ann")
    ann.open(chats.origins["fastapi"], room="slow-line")
    ann.is_connected()
    line = ann.page.context.new_cdp_session(ann.page)
    line.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", limits | {"uploadThroughput": 20_000})
    large = picture("large.png", 400, 300)
    padded = File(large.name, large.data + bytes(2 * 1024 * 1024 - len(large.data)))
    ann.page.locator("#files").set_input_files([padded.payload()])
    expect(ann.page.locator("#attached li")).to_have_text(re.compile("large.png.*2 MB"))
    ann.page.get_by_role("button", name="Send", exact=True).click()
    upload = ann.page.get_by_role("progressbar", name="Sending large.png")
    expect(upload).to_have_attribute("aria-valuetext", re.compile(r"^[1-9]\d? % of 2 MB$"))
    expect(ann.page.locator(".fate")).to_have_text(re.compile(r"^[1-9]\d? % of 2 MB$"))
    assert 0 < upload.evaluate("bar => bar.value") < 1
    photo = ann.page.locator("#timeline .photo img")
    box = photo.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (384, 288)
    line.send("Network.emulateNetworkConditions", limits | {"uploadThroughput": -1})
    ann.shows("large.png")
    expect(upload).to_have_count(0)
    after = photo.bounding_box()
    assert after is not None
    assert (after["width"], after["height"]) == (384, 288)


def test_what_a_server_does_not_take_is_said_at_the_message(person: BringPerson) -> None:
    """The page shows known limits before sending, and the server's refusal at the message."""
    with Chats("fastapi", CHAT_MAX_IMAGE_BYTES="3000", CHAT_RATE_LIMIT="1/5s") as strict:
        ann = person("Ann")
        ann.expected.append(REFUSED)  # the other chat does not run; the page asks it once
        ann.open(strict.origins["fastapi"], room="strict")
        ann.is_connected()
        File("big.png", picture("").data + bytes(3000)).hand(ann.page, "paste", "#draft")
        expect(ann.page.locator("#attached")).to_contain_text("Too large: at most 3 KB.")
        for each in range(6):
            ann.say(f"quickly {each}")
        failed = ann.page.locator(".message[data-status=failed]")
        expect(failed.first).to_contain_text("Not sent: too much at once.")
        expect(ann.page.locator(".message[data-status=sent]")).to_have_count(0)
        ann.page.wait_for_timeout(5100)  # until the limit allows another message
        text = failed.first.locator(".text").inner_text()
        failed.first.get_by_role("button", name="Try again").click()
        ann.sees(text)


@pytest.mark.parametrize("backend", BACKENDS)
def test_offline_and_back(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """Both sides get the messages from the meantime once, in one order."""
    ann = person("Ann")
    ann.expected.append("ERR_INTERNET_DISCONNECTED")
    ann.open(chats.origins[backend], room="offline")
    ann.is_connected()
    bob = member(chats.origins[backend], "offline", "Bob")
    ann.say("before")
    ann.sees("before")
    ann.page.context.set_offline(True)
    expect(ann.page.locator("#trouble")).to_be_visible()
    for each in range(3):
        bob.say(f"bob {each}")
    meanwhile = picture("meanwhile.png")
    bob.send_image(meanwhile.data, name=meanwhile.name)
    heard = bob.messages(5)
    ann.say("from the tunnel")
    expect(ann.page.locator(".message[data-status=waiting]")).to_have_count(1)
    ann.page.context.set_offline(False)
    ann.is_connected()
    ann.sees("from the tunnel")
    ann.shows("meanwhile.png")
    said = ["before", "bob 0", "bob 1", "bob 2", "from the tunnel"]
    assert said == ann.has_said()
    heard += bob.messages(1)
    heard_words = [frame.get("text", frame.get("name")) for frame in heard]
    assert heard_words == [*said[:-1], "meanwhile.png", said[-1]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_page_that_is_closed_and_opened_again(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """Scrolling up loads older messages; unsent messages and the draft survive closing."""
    ann = person("Ann")
    speakers = [member(chats.origins[backend], "closing", name) for name in ("Bob", "Cid")]
    for each in range(70):  # more than one of them may say at once
        speaker = speakers[each % 2]
        speaker.until("message", id=speaker.say(f"message {each}"))
    ann.open(chats.origins[backend], room="closing")
    ann.sees("message 69")
    ann.sees("message 20")
    ann.page.locator("#log").evaluate("log => log.scrollTo(0, 0)")
    ann.sees("message 0")
    expect(ann.page.locator("#older-words")).to_have_text("This is where #closing begins.")
    assert [f"message {each}" for each in range(70)] == ann.has_said()
    expect(ann.page.get_by_text("message 20", exact=True)).to_be_in_viewport()

    chats.kill(backend)
    expect(ann.page.locator("#trouble")).to_be_visible()
    ann.say("not sent when I closed")
    ann.write("half a sentence")
    ann.page.close(run_before_unload=False)
    ann.page = ann.page.context.new_page()
    chats.restart(backend)
    bob = member(chats.origins[backend], "closing", "Bob")
    ann.open(chats.origins[backend], room="closing")
    ann.sees("not sent when I closed")
    bob.until("message", text="not sent when I closed")
    expect(ann.page.get_by_label("Message", exact=True)).to_have_value("half a sentence")
    expect(ann.page.locator(".message.own .text")).to_have_text("not sent when I closed")


@pytest.mark.parametrize("backend", BACKENDS)
def test_over_redis_with_two_workers(person: BringPerson, backend: str) -> None:
    """No message is missing with two server processes, after one process ends."""
    with Chats(backend, fanout="redis", workers=2) as many:
        ann, bob = person("Ann"), person("Bob")
        for somebody in (ann, bob):
            somebody.expected.append(REFUSED)  # the other chat does not run
            somebody.open(many.origins[backend], room="workers")
            somebody.is_connected()
        for each in range(5):
            ann.say(f"ann {each}")
            bob.say(f"bob {each}")
        many.kill(backend)
        ann.say("and then")
        bob.say("and now")
        for somebody in (ann, bob):
            somebody.sees("and then")
            somebody.sees("and now")
            expect(somebody.page.locator(".message[data-status]")).to_have_count(0)
        assert ann.has_said() == bob.has_said()
        assert len(ann.has_said()) == 12
