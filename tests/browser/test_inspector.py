"""The inspector: what went over the wire, why a connection ended, and mischief on purpose."""

import json
import re
import struct
import zlib
from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import found_by_axe
from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.conformance.room import Member, Room

BACKENDS = ("django-channels", "fastapi")
CLOSED_BY_A_STOP = {"django-channels": 1006, "fastapi": 1012}
"""Daphne drops its connections: docs/differences.md."""
WORDS = {
    1006: "No word of farewell: the line broke, or the server is gone.",
    1012: "The server restarts: come back.",
}
PROBES = {
    "notJson": "bad_json",
    "notObject": "not_an_object",
    "unknownType": "unknown_type",
    "wrongField": "invalid_field",
    "tooLong": "too_long",
    "noImage": "unsupported_media",
    "brokenHeader": "bad_json",
}

BringPerson = Callable[..., Person]


def inspecting(person: BringPerson, origin: str, room: str, **options: object) -> Person:
    """Bring Ann to a room, and have her open the inspector."""
    ann = person("Ann", permissions=["clipboard-read", "clipboard-write"], **options)
    ann.open(origin, room=room)
    ann.is_connected()
    ann.page.locator("#inspector-open").click()
    expect(rows(ann.page, "[data-what=open]")).to_have_count(1)
    return ann


def rows(page: Page, which: str = "") -> Locator:
    """The rows of the list that are in view."""
    return page.locator(f"#inspector .row{which}")


def part(page: Page, name: str) -> Locator:
    """A button of the inspector's bar."""
    return page.locator(f"#inspector .tools-row [data-part={name}]")


def detail(page: Page) -> Locator:
    """What is told of the chosen row."""
    return page.locator("#inspector .detail .body")


def list_only(page: Page, what: str) -> None:
    """Choose a direction, or the connection's events."""
    page.get_by_role("group", name="What is listed").get_by_label(what).check()


def told(page: Page) -> Locator:
    """What the inspector says of what was just done."""
    return page.locator("#inspector .told")


def copied(page: Page) -> list[str]:
    """The lines of all that is listed, by the button and the clipboard."""
    page.locator("#inspector .recording [data-part=copy]").click()
    expect(told(page)).to_have_text(re.compile("copied$"))
    return str(page.evaluate("navigator.clipboard.readText()")).splitlines()


def png(side: int) -> bytes:
    """A picture of noise, which cannot be compressed."""
    noise = Random(4)
    lines = b"".join(b"\0" + noise.randbytes(3 * side) for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 0)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("backend", BACKENDS)
def test_frames_of_a_talk(chats: Chats, person: BringPerson, backend: str) -> None:
    """They are there in their order, with direction, type and the payload's size in bytes."""
    with Room(chats.origins[backend], f"frames-{backend}") as room:
        ann = inspecting(person, room.url, room.name)
        bob = room.enter("Bob")
        ann.say("héllo 😀")
        bob.until("message", text="héllo 😀")
        bob.say("and back")
        ann.sees("and back")
    expect(rows(ann.page, "[data-what=opening]")).to_contain_text(f"/ws/rooms/{room.name}?name=Ann")
    expect(rows(ann.page, "[data-what=open]")).to_contain_text("subprotocol chat.v1, handshake ")
    talk = rows(ann.page, ":is([data-type=say], [data-type=message])")
    expect(talk.locator(".type bdi")).to_have_text(["say", "message", "message"])
    assert talk.evaluate_all("rows => rows.map(row => row.dataset.what)") == ["out", "in", "in"]
    contents = talk.locator(".content").all_inner_texts()
    assert [json.loads(text)["text"] for text in contents] == ["héllo 😀", "héllo 😀", "and back"]
    sizes = [f"{len(text.encode())} B" for text in contents]
    expect(talk.locator(".size")).to_have_text(sizes)

    talk.first.click()
    expect(detail(ann.page).locator("pre")).to_have_text(re.compile(r'^{\n  "type": "say",\n'))
    ann.page.get_by_label("Raw").check()
    expect(detail(ann.page).locator("pre")).to_have_text(contents[0])
    expect(ann.page.locator("#inspector .plot")).to_have_attribute(
        "aria-label", re.compile(r"^Round trip, \d+ measurements?: last [\d.]+ ms, median ")
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_photo_on_the_wire(chats: Chats, person: BringPerson, backend: str) -> None:
    """It is shown as binary, both ways: header, kind and size of the picture, first bytes."""
    picture = png(40)
    ann = inspecting(person, chats.origins[backend], f"photo-{backend}", color_scheme="dark")
    ann.page.locator("#files").set_input_files(
        {"name": "noise.png", "mimeType": "image/png", "buffer": picture}
    )
    expect(ann.page.locator("#attached li")).to_have_count(1)
    ann.page.get_by_role("button", name="Send", exact=True).click()
    photo = rows(ann.page, "[data-binary][data-type=image]")
    line = f"binary · noise.png · image/png · {len(picture) / 1000:.1f} kB"
    expect(photo.locator(".content")).to_have_text([line, line])
    assert photo.evaluate_all("rows => rows.map(row => row.dataset.what)") == ["out", "in"]
    photo.last.click()
    parts = detail(ann.page)
    header = json.loads(parts.locator("pre").first.inner_text())
    assert {"type": "image", "name": "noise.png", "user": "Ann"}.items() <= header.items()
    expect(parts).to_contain_text(f"image/png, {len(picture) / 1000:.1f} kB ({len(picture):,} B)")
    expect(parts.locator("pre").last).to_have_text(re.compile("^0000  00 00 00 .. 7b 22 74 79 70"))
    assert found_by_axe(ann.page) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_filter_pause_clear_and_copy(chats: Chats, person: BringPerson, backend: str) -> None:
    """The list shows what is wanted; what comes while it pauses is counted; all can be taken."""
    ann = inspecting(person, chats.origins[backend], f"filter-{backend}")
    page = ann.page
    ann.say("apples")
    ann.say("pears")
    ann.sees("pears")
    page.get_by_label("Filter", exact=True).fill("PEAR")
    expect(rows(page, "[data-type=message]")).to_have_count(1)
    expect(rows(page)).to_have_count(2)
    list_only(page, "Out")
    expect(rows(page).locator(".type bdi")).to_have_text(["say"])
    (line,) = copied(page)
    assert re.fullmatch(r'\d\d:\d\d:\d\d\.\d{3} out say \d+ B {"type":"say",.*"pears"}', line)
    page.get_by_label("Filter", exact=True).fill("")
    page.get_by_label("Type", exact=True).select_option("say")
    expect(rows(page)).to_have_count(2)

    part(page, "pause").click()
    sent = page.locator("#inspector .way.out .total")
    before = int(sent.inner_text().split()[0])
    ann.say("plums")
    ann.sees("plums")
    expect(sent).not_to_have_text(re.compile(f"^{before} "))
    expect(rows(page)).to_have_count(2)
    part(page, "pause").click()
    ann.say("cherries")
    expect(rows(page)).to_have_count(3)
    list_only(page, "Connection")
    page.get_by_label("Type", exact=True).select_option("")
    expect(rows(page, "[data-what=paused]")).to_have_text(re.compile(r"Paused: \d+ lines"))

    part(page, "clear").click()
    expect(rows(page)).to_have_count(0)
    expect(page.locator("#inspector .nothing")).to_be_visible()


@pytest.mark.parametrize("backend", BACKENDS)
def test_closes_are_explained(chats: Chats, person: BringPerson, backend: str) -> None:
    """A code is told in words, with what the page does next; and so it does."""
    ann = inspecting(person, chats.origins[backend], f"closes-{backend}")
    page = ann.page
    list_only(page, "Connection")
    part(page, "drop").click()
    expect(rows(page, "[data-what=open]")).to_have_count(2, timeout=RETURN_MS)
    closed = rows(page, "[data-what=closed]")
    expect(closed).to_contain_text(f"Closed with 1006 · {WORDS[1006]} · The page tries again in ")
    part(page, "clear").click()

    chats.stop(backend)
    code = CLOSED_BY_A_STOP[backend]
    expect(closed.first).to_contain_text(f"Closed with {code}")
    closed.first.click()
    expect(detail(page)).to_contain_text(WORDS[code])
    expect(detail(page)).to_contain_text(re.compile(r"The page tries again in [\d.]+ m?s\."))
    chats.restart(backend)
    expect(rows(page, "[data-what=open]")).to_have_count(1, timeout=RETURN_MS)
    expect(rows(page, "[data-what=opening]").last).to_contain_text(re.compile(r"^[\d:.]+Try \d+: "))
    part(page, "legend").click()
    expect(page.locator("#inspector-codes")).to_contain_text(WORDS[1012])


@pytest.mark.parametrize("backend", BACKENDS)
def test_bad_frames_are_answered(chats: Chats, person: BringPerson, backend: str) -> None:
    """Each as the menu promises by the contract, and the answer is seen in the list."""
    ann = inspecting(person, chats.origins[backend], f"bad-{backend}")
    page = ann.page
    for number, (probe, code) in enumerate(PROBES.items(), 1):
        part(page, "probe").click()
        item = page.locator(f"#inspector-probes [data-probe={probe}]")
        expect(item).to_contain_text(f"answer: error {code}")
        item.click()
        expect(told(page)).to_have_text(
            re.compile(rf"the server answered {code} after [\d.]+ ms, as it has to\.$")
        )
        expect(told(page)).to_contain_text(item.locator("b").text_content() or "?")
        page.get_by_label("Type", exact=True).select_option("error")
        expect(rows(page)).to_have_count(number)
        expect(rows(page).last).to_contain_text(code)
        page.get_by_label("Type", exact=True).select_option("")
    ann.is_connected()


@pytest.mark.parametrize("backend", BACKENDS)
def test_reading_stands_still_and_goes_on(chats: Chats, person: BringPerson, backend: str) -> None:
    """Nothing comes in meanwhile, silence does not end the connection, and then all is there."""
    with Room(chats.origins[backend], f"still-{backend}") as room:
        ann = inspecting(person, room.url, room.name)
        bob = room.enter("Bob")
        part(ann.page, "stall").click()
        expect(rows(ann.page, "[data-what=stalled]")).to_have_count(1)
        expect(ann.page.locator("#inspector .still")).to_contain_text("Reading stands still")
        for word in ("one", "two", "three"):
            bob.until("message", id=bob.say(word))
        ann.say("four")
        bob.until("message", text="four")
        assert ann.has_said() == []
        part(ann.page, "stall").click()
        for word in ("one", "two", "three", "four"):
            ann.sees(word)
    assert ann.has_said() == ["one", "two", "three", "four"]
    expect(rows(ann.page, "[data-what=closed]")).to_have_count(1)  # before it stood still
    expect(rows(ann.page, "[data-what=readOn]")).to_have_text(re.compile("goes on after"))


def test_who_reads_too_slowly_comes_back_whole(person: BringPerson) -> None:
    """The server puts the stalled page out with 1013; it asks for the rest, each once.

    Daphne buffers without a limit, so this is uvicorn's alone: docs/differences.md.
    """
    settings = {"CHAT_OUTBOX": "20/6MiB", "CHAT_RATE_LIMIT": "off"}
    with Chats("fastapi", **settings) as chats, Room(chats.origins["fastapi"]) as room:
        ann = inspecting(person, room.url, room.name)
        ann.expected.append(
            "ERR_CONNECTION_REFUSED"
        )  # of the other chat, which is asked after a loss
        part(ann.page, "stall").click()
        expect(rows(ann.page, "[data-what=stalled]")).to_have_count(1)
        bob = room.enter("Bob")
        said = flood(bob)
        part(ann.page, "stall").click()
        expect(rows(ann.page, "[data-what=closed]").last).to_contain_text(
            "Closed with 1013, “you read too slowly: come back” · You read too slowly",
            timeout=RETURN_MS,
        )
        bob.say("the end")
        ann.sees("the end")
        numbers = [
            json.loads(line[line.index("{") :])["seq"]
            for line in copied(ann.page)
            if " in image " in line
        ]
        assert numbers == list(range(1, said + 1))


def flood(speaker: Member) -> int:
    """Send photos until one who does not read is put out; how many there were."""
    picture = png(600)
    for number in range(1, 60):
        speaker.send_image(picture)
        frames = [speaker.frame()]
        while frames[-1]["type"] != "image":
            frames.append(speaker.frame())
        speaker.send({"type": "ping", "id": "p"})
        frames += speaker.all_until("pong")
        if any(frame["type"] == "left" and frame["count"] == 1 for frame in frames):
            return number
    raise AssertionError("Ann is still there")


def test_by_keyboard(chats: Chats, person: BringPerson) -> None:
    """All of it is reached and left by keys; its height and its being open are remembered."""
    ann = inspecting(person, chats.origins["fastapi"], "keys")
    page = ann.page
    listed = page.get_by_role("listbox")
    expect(listed).to_be_focused()
    page.keyboard.press("Home")
    expect(rows(page, "[aria-selected=true]")).to_contain_text("Connecting to")
    page.keyboard.press("ArrowDown")
    chosen = rows(page, "[aria-selected=true]")
    expect(chosen).to_contain_text("Open:")
    expect(listed).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "?")
    page.keyboard.press("Enter")
    expect(detail(page)).to_be_focused()
    expect(detail(page)).to_contain_text("chat.v1")
    page.keyboard.press("Escape")
    expect(detail(page)).to_be_hidden()
    expect(listed).to_be_focused()
    page.keyboard.press("Control+c")
    expect(told(page)).to_have_text("1 line copied")

    edge = page.get_by_role("separator")
    height = page.locator("#inspector").evaluate("panel => panel.clientHeight")
    edge.focus()
    page.keyboard.press("ArrowUp")
    expect(edge).to_have_attribute("aria-valuenow", "50")
    assert page.locator("#inspector").evaluate("panel => panel.clientHeight") > height
    page.reload()
    expect(rows(page, "[data-what=open]")).to_have_count(1)
    expect(edge).to_have_attribute("aria-valuenow", "50")
    part(page, "close").press("Enter")
    expect(page.locator("#inspector")).to_have_count(0)
    expect(page.locator("#inspector-open")).to_be_focused()
    page.reload()
    ann.is_connected()
    expect(page.locator("#inspector-open")).to_have_attribute("aria-expanded", "false")


def test_on_a_narrow_screen_it_covers_the_page(chats: Chats, person: BringPerson) -> None:
    """What it covers cannot be reached meanwhile; Escape gives the page back."""
    ann = person("Ann", viewport={"width": 320, "height": 640}, locale="ja-JP")
    ann.open(chats.origins["fastapi"], room="narrow")
    page = ann.page
    page.locator("#more-button").click()
    page.locator("#inspector-open").click()
    expect(rows(page, "[data-what=open]")).to_contain_text("接続しました")
    expect(page.locator("#talk")).to_have_attribute("inert", "")
    assert page.locator("#inspector").bounding_box() == {
        "x": 0, "y": 0, "width": 320, "height": 640,
    }  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert found_by_axe(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#inspector")).to_have_count(0)
    expect(page.locator("#talk")).not_to_have_attribute("inert", "")
    expect(page.locator("#more-button")).to_be_focused()
