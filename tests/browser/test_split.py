"""The split view: both backends' conversations beside each other, matched and measured."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.browser.axe import found_by_axe
from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.browser.hostile import NAMES, PAYLOADS, WATCH, Watch
from tests.browser.layout import cut_off
from tests.browser.looks import Look, looks_wrong
from tests.browser.scripted_server import SERVER, ScriptedServer
from tests.browser.test_keyboard import MOVING, focus_is_on, press, walk
from tests.browser.test_nothing_missing import REFUSED, File, open_account, picture
from tests.browser.test_told_right import HUES, hue

BringPerson = Callable[..., Person]

DJANGO, FASTAPI = "django-channels", "fastapi"
LEFT, RIGHT = 0, 1
LATER = re.compile(r"^\+\d+(\.\d)? m?s$")
ID = "5a3f0c4e-0000-4000-8000-{:012d}"
BURST = 15
"""As many messages a member may send at once."""
STEPPED = """Promise.allSettled(document.getAnimations()
    .filter(({ animationName }) => ['as-sent', 'later'].includes(animationName))
    .map((each) => each.finished))"""
"""They move nothing: a message that was sent a moment ago shows this only later, in one step."""
TEXTS = ".split-cell[data-side='{}'] .message:not([data-status]) .text"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Longer timeouts: a lost connection takes its time to come back."""
    expect.set_options(timeout=RETURN_MS)
    yield
    expect.set_options(timeout=5_000)


def head(page: Page, side: int) -> Locator:
    """The head of a side."""
    return page.locator(f".split-side[data-side='{side}']")


def is_connected(page: Page, *sides: int, words: str = "Connected") -> None:
    """Wait until these sides, or both, are connected."""
    for side in sides or (LEFT, RIGHT):
        expect(head(page, side).get_by_role("status")).to_have_text(words)


def open_split(person: Person, origin: str, room: str, **more: str) -> Page:
    """Open the split view by a link."""
    person.open(origin, view="split", room=room, **more)
    is_connected(person.page)
    return person.page


def say(page: Page, text: str) -> None:
    """Write and send."""
    page.locator("#split-draft").fill(text)
    page.locator("#split-draft").press("Enter")


def send_to(page: Page, label: str) -> None:
    """Choose where the next messages go."""
    page.locator(".split-composer").get_by_label(label, exact=True).check(force=True)


def texts(page: Page, side: int) -> Locator:
    """The texts that a backend has sent."""
    return page.locator(TEXTS.format(side))


def line(page: Page, text: str) -> Locator:
    """The lines with this message."""
    return page.locator(".split-line").filter(has=page.get_by_text(text, exact=True))


def lags(page: Page, text: str) -> list[str]:
    """How much later each side's copy came: two texts, one of them empty."""
    return line(page, text).locator(".split-lag").all_inner_texts()


def ids(page: Page, origin: str, room: str) -> list[str]:
    """The ids of the messages in a backend's history."""
    answer = page.request.get(f"{origin}/api/rooms/{room}/messages?before=1000&limit=200")
    return [each["id"] for each in answer.json()]


def say_to_both(chats: Chats, room: str, *said: str) -> None:
    """Have each text said to both backends under one id, as by a split view.

    Several members say them: one alone would be too fast for the servers.
    """
    frames = [{"type": "say", "id": str(uuid4()), "text": each} for each in said]
    for origin in chats.origins.values():
        for first in range(0, len(frames), BURST):
            address = f"{origin.replace('http', 'ws', 1)}/ws/rooms/{room}?name=Bob+{first}"
            with connect(
                address, origin=Origin(origin), subprotocols=[Subprotocol("chat.v1")], proxy=None
            ) as bob:
                for frame in frames[first : first + BURST]:
                    bob.send(json.dumps(frame))
                    while (answer := json.loads(bob.recv(timeout=30)))["type"] != "ack":
                        assert answer["type"] != "error", answer


def test_a_message_goes_to_both_or_to_one(chats: Chats, person: BringPerson) -> None:
    """Both get the same id; equal messages share a line; each backend has its own history."""
    ann, bob, cid = person("Ann"), person("Bob"), person("Cid")
    bob.open(chats.origins[DJANGO], room="split-both")
    cid.open(chats.origins[FASTAPI], room="split-both")
    bob.is_connected()
    cid.is_connected()
    page = open_split(ann, chats.origins[FASTAPI], "split-both")
    expect(page.locator("#split-draft")).to_be_focused()
    say(page, "to both")
    for somebody in (bob, cid):
        somebody.sees("to both")
    expect(line(page, "to both")).to_have_count(1)
    expect(line(page, "to both")).to_have_class(re.compile(r"\bcoupled\b"))
    expect(line(page, "to both").locator(".split-lag").get_by_text(LATER)).to_have_count(1)
    assert sorted(bool(each) for each in lags(page, "to both")) == [False, True]

    send_to(page, "FastAPI")
    say(page, "to one")
    cid.sees("to one")
    bob.say("only here")
    expect(texts(page, LEFT)).to_have_text(["to both", "only here"])
    expect(texts(page, RIGHT)).to_have_text(["to both", "to one"])
    expect(line(page, "to one")).not_to_have_class(re.compile(r"\bcoupled\b"))
    bob.sees("only here")
    assert bob.has_said() == ["to both", "only here"]
    django, fastapi = (ids(page, chats.origins[key], "split-both") for key in (DJANGO, FASTAPI))
    assert [len(django), len(fastapi)] == [2, 2]
    assert django[0] == fastapi[0]
    assert set(django[1:]).isdisjoint(fastapi[1:])

    page.reload()
    is_connected(page)
    expect(texts(page, LEFT)).to_have_text(["to both", "only here"])
    expect(texts(page, RIGHT)).to_have_text(["to both", "to one"])
    expect(line(page, "to both")).to_have_class(re.compile(r"\bcoupled\b"))
    assert lags(page, "to both") == ["", ""]  # nobody measured the history


def test_from_the_chat_and_back(chats: Chats, person: BringPerson) -> None:
    """The button opens it, the address can be shared, and the chat is as it was."""
    ann, bob = person("Ann"), person("Bob")
    ann.open(chats.origins[DJANGO], backend=FASTAPI, room="split-way")
    ann.is_connected()
    ann.say("said before")
    ann.sees("said before")
    ann.write("half a")
    ann.page.get_by_role("button", name="Split view").click()
    is_connected(ann.page)
    expect(ann.page).to_have_url(
        f"{chats.origins[DJANGO]}/?view=split&backend=fastapi&room=split-way"
    )
    expect(ann.page).to_have_title("Split view · #split-way")
    expect(ann.page.get_by_role("heading", name="Split view #split-way")).to_be_visible()
    expect(texts(ann.page, RIGHT)).to_have_text(["said before"])
    expect(ann.page.locator(".split-log")).not_to_contain_text("Ann left")
    bob.page.goto(ann.page.url)
    is_connected(bob.page)
    expect(head(ann.page, LEFT)).to_contain_text("2 people")
    say(bob.page, "by the link")
    expect(texts(ann.page, LEFT)).to_have_text(["by the link"])
    ann.page.locator("#split-draft").fill("not sent here")

    ann.page.get_by_role("button", name="Back to the chat").click()
    ann.is_connected()
    expect(ann.page.locator("#split")).to_be_hidden()
    expect(ann.page.locator("#draft")).to_have_value("half a")
    expect(ann.page.locator("#server-framework")).to_have_text("FastAPI")
    ann.sees("said before")
    ann.sees("by the link")
    expect(ann.page.locator("#people li")).to_have_count(2)  # Ann is there once
    ann.page.go_forward()
    is_connected(ann.page)
    expect(ann.page.locator("#split-draft")).to_have_value("not sent here")
    ann.page.go_back()
    ann.is_connected()
    expect(ann.page.locator("#draft")).to_have_value("half a")


def test_a_user_who_switches_has_not_left(chats: Chats, person: BringPerson) -> None:
    """The page sees both sides, so it can say what a server cannot know."""
    ann, bob = person("Ann"), person("Bob")
    page = open_split(ann, chats.origins[DJANGO], "split-switch")
    bob.open(chats.origins[DJANGO], backend=DJANGO, room="split-switch")
    bob.is_connected()
    expect(page.locator(".split-log")).to_contain_text("Bob joined")
    # A change of the connection within a second could be a page that loads again.
    bob.say("I try the other one")
    expect(texts(page, LEFT)).to_have_text(["I try the other one"])
    page.wait_for_function("at => Date.now() - at > 1000", arg=page.evaluate("Date.now()"))
    bob.switch("FastAPI")
    bob.is_connected()
    cells = [page.locator(f".split-cell[data-side='{side}'] .notice") for side in (LEFT, RIGHT)]
    expect(cells[LEFT].last).to_have_text("Bob switched to FastAPI")
    expect(cells[RIGHT]).to_have_text(["Bob came from Django Channels"])
    bob.page.close()
    expect(cells[RIGHT].last).to_have_text("Bob left")


def test_a_message_is_taken_back_and_reacted_to_on_both_sides(
    chats: Chats, person: BringPerson
) -> None:
    """The user wrote it once; what happens to one copy happens to the other."""
    ann, bob = person("Ann"), person("Bob")
    page = open_split(ann, chats.origins[DJANGO], "split-tools")
    open_split(bob, chats.origins[FASTAPI], "split-tools")
    for text in ("wrong", "right"):
        say(page, text)
        for somebody in (ann, bob):
            expect(line(somebody.page, text).locator(".split-cell .text")).to_have_text([text] * 2)
    taking = page.get_by_role("button", name="Take back")
    line(bob.page, "wrong").locator(".message").first.hover()
    expect(bob.page.get_by_role("button", name="React")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Take back")).to_have_count(0)
    line(page, "wrong").locator(".split-cell[data-side='1'] .bubble").hover()
    taking.click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    for somebody, words in ((ann, "You"), (bob, "Ann")):
        gone = somebody.page.locator(".split-cell .unsaid .text")
        expect(gone).to_have_text([f"{words} took this message back."] * 2)
        expect(somebody.page.get_by_text("wrong", exact=True)).to_have_count(0)

    line(bob.page, "right").locator(".split-cell[data-side='0'] .bubble").hover()
    bob.page.get_by_role("button", name="React").click()
    bob.page.get_by_role("button", name="Party").click()
    for somebody in (ann, bob):
        chips = line(somebody.page, "right").locator(".reaction")
        expect(chips).to_have_text([re.compile("1$")] * 2)

    send_to(page, "FastAPI")
    say(page, "on one side")
    expect(texts(bob.page, RIGHT).last).to_have_text("on one side")
    line(page, "on one side").locator(".bubble").hover()
    taking.click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.locator(".split-cell[data-side='1'] .unsaid")).to_have_count(2)
    expect(page.locator(".split-cell[data-side='0'] .unsaid")).to_have_count(1)
    assert found_by_axe(page) == []


def test_photos_go_to_both_or_to_one(chats: Chats, person: BringPerson) -> None:
    """By the button, by a paste or a drop; both sides get the same photo under one id."""
    ann, bob = person("Ann"), person("Bob")
    page = open_split(ann, chats.origins[DJANGO], "split-photos")
    open_split(bob, chats.origins[FASTAPI], "split-photos")
    attached = page.locator(".split-composer .attached li")
    send = page.get_by_role("button", name="Send", exact=True)
    expect(send).to_be_disabled()
    with page.expect_file_chooser() as choosing:
        page.locator("#split").get_by_role("button", name="Choose photos").click()
    choosing.value.set_files([picture("chosen.png").payload()])
    expect(attached).to_have_text(re.compile("chosen.png"))
    File("notes.png", b"no picture").hand(page, "drop", "#split")
    expect(attached.last).to_contain_text("Not a PNG, JPEG, WebP or GIF.")
    picture("pasted.png").hand(page, "paste", "#split-draft")
    expect(attached).to_have_count(3)
    page.get_by_role("button", name="Remove pasted.png").click()
    expect(page.locator("#split-draft")).to_be_focused()
    assert found_by_axe(page) == []
    say(page, "with a photo")
    expect(attached).to_have_count(0)
    for somebody in (ann, bob):
        for side in (LEFT, RIGHT):
            expect(texts(somebody.page, side)).to_have_text(["with a photo"])
            photo = somebody.page.locator(f".split-cell[data-side='{side}'] .photo img")
            expect(photo).to_have_attribute("alt", re.compile("chosen.png$"))
            expect(photo).to_have_js_property("naturalWidth", 40)
        expect(somebody.page.locator(".split-line.coupled")).to_have_count(2)

    send_to(page, "FastAPI")
    picture("to one.png").hand(page, "paste", "#split-draft")
    expect(attached).to_have_count(1)
    send.click()
    expect(bob.page.locator(".photo")).to_have_count(3)
    expect(bob.page.locator(".split-cell[data-side='1'] .photo")).to_have_count(2)
    bob.page.locator(".photo").last.click()
    expect(bob.page.locator("#viewer-caption")).to_have_text(re.compile("to one.png$"))
    bob.page.keyboard.press("ArrowLeft")
    expect(bob.page.locator("#viewer-caption")).to_have_text(re.compile("chosen.png$"))
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator(".split-cell[data-side='1'] .photo").first).to_be_focused()

    page.get_by_role("button", name="Back to the chat").click()
    ann.is_connected()
    page.locator("#split-open").click()
    is_connected(page)
    picture("once.png").hand(page, "drop", "#split")
    expect(attached).to_have_text(re.compile("once.png"))


def test_each_side_has_an_identity(chats: Chats, person: BringPerson) -> None:
    """An account belongs to one backend; a user whose session has ended comes in as a guest."""
    ann = person("Guest of Ann")
    ann.open(chats.origins[DJANGO], room="split-account")
    ann.is_connected()
    ann.page.get_by_role("button", name="your account").click()
    open_account(ann, "Sid", call="New account")
    expect(ann.page.locator("#me-name")).to_have_text("Sid")
    page = ann.page
    page.locator("#split-open").click()
    is_connected(page)
    expect(head(page, LEFT)).to_contain_text("You: Sid ·")
    expect(head(page, RIGHT)).to_contain_text("You: Guest of Ann ·")
    say(page, "as both")
    for side in (LEFT, RIGHT):
        expect(texts(page, side)).to_have_text(["as both"])
    expect(line(page, "as both").locator(".message.own")).to_have_count(2)
    ann.expected.append(REFUSED)
    page.context.clear_cookies()
    page.reload()
    is_connected(page)
    expect(head(page, LEFT)).to_contain_text("You: Guest of Ann ·")


def test_a_backend_that_is_away(person: BringPerson) -> None:
    """Its side says so, its messages wait and arrive later; the other side goes on.

    A message that waits when the user goes to the chat waits there, and arrives once.
    """
    with Chats() as chats:
        ann = person("Ann")
        page = open_split(ann, chats.origins[DJANGO], "split-away", backend=FASTAPI)
        say(page, "before")
        expect(texts(page, RIGHT)).to_have_text(["before"])
        chats.stop(FASTAPI)
        strip = head(page, RIGHT).locator(".split-strip")
        expect(strip).to_be_visible()
        expect(strip.get_by_role("button", name="Try now")).to_be_visible()
        expect(head(page, RIGHT).get_by_role("status")).to_have_text("Reconnecting…")
        expect(head(page, LEFT).locator(".split-strip")).to_be_hidden()
        say(page, "meanwhile")
        expect(texts(page, LEFT)).to_have_text(["before", "meanwhile"])
        waits = line(page, "meanwhile").locator("[data-side='1'] [data-status=waiting]")
        expect(waits).to_contain_text("Waiting for the connection")
        expect(line(page, "meanwhile")).to_have_count(1)
        chats.restart(FASTAPI)
        is_connected(page)
        expect(texts(page, RIGHT)).to_have_text(["before", "meanwhile"])
        expect(strip).to_be_hidden()
        expect(line(page, "meanwhile").locator("[data-side='1'] .split-lag")).to_have_text(LATER)
        said = ids(page, chats.origins[DJANGO], "split-away")
        assert said == ids(page, chats.origins[FASTAPI], "split-away")

        chats.stop(FASTAPI)
        expect(strip).to_be_visible()
        send_to(page, "FastAPI")
        say(page, "waits")
        expect(page.locator(".split-cell [data-status=waiting]")).to_have_count(1)
        page.get_by_role("button", name="Back to the chat").click()
        expect(page.locator("#timeline [data-status=waiting] .text")).to_have_text("waits")
        chats.restart(FASTAPI)
        ann.is_connected()
        ann.sees("waits")
        assert len(ids(page, chats.origins[FASTAPI], "split-away")) == len(said) + 1


def test_both_sides_catch_up(chats: Chats, person: BringPerson) -> None:
    """After a time without a network, both show what was said, and measure nothing of it."""
    ann = person("Ann")
    page = open_split(ann, chats.origins[DJANGO], "split-catch")
    say_to_both(chats, "split-catch", "before")
    expect(line(page, "before").locator(".split-lag").get_by_text(LATER)).to_have_count(1)
    ann.page.context.set_offline(True)
    for side in (LEFT, RIGHT):
        expect(head(page, side).locator(".split-strip")).to_be_visible()
    say_to_both(chats, "split-catch", "meanwhile")
    ann.page.context.set_offline(False)
    is_connected(page)
    for side in (LEFT, RIGHT):
        expect(texts(page, side)).to_have_text(["before", "meanwhile"])
        expect(head(page, side).locator(".split-strip")).to_be_hidden()
    expect(line(page, "meanwhile")).to_have_class(re.compile(r"\bcoupled\b"))
    assert sorted(lags(page, "meanwhile")) == ["", "after reconnecting"]


def test_earlier_messages_load_for_both(chats: Chats, person: BringPerson) -> None:
    """Scrolling up loads what both have, and each message stays in a line with its copy."""
    ann = person("Ann", viewport={"width": 1100, "height": 500})
    say_to_both(chats, "split-long", *(f"number {each}" for each in range(70)))
    page = open_split(ann, chats.origins[DJANGO], "split-long")
    expect(line(page, "number 69")).to_be_in_viewport()
    expect(line(page, "number 0")).to_have_count(0)
    page.locator("#split-log").focus()
    expect(line(page, "number 30")).to_have_count(1)
    while line(page, "number 0").count() == 0:
        page.locator("#split-log").press("Home")
    expect(line(page, "number 0")).to_have_class(re.compile(r"\bcoupled\b"))
    page.locator("#split-log").press("End")
    expect(line(page, "number 69")).to_be_in_viewport()


class SideServer(ScriptedServer):
    """Answers the sockets of one backend."""

    def __init__(self, page: Page, origin: str, **welcome: object) -> None:
        self.sockets = re.compile(rf":{urlsplit(origin).port}/ws/rooms/")
        super().__init__(page, **welcome)


class Stage:
    """A user of the split view whose two servers the test plays."""

    def __init__(self, chats: Chats, person: Person, **welcome: object) -> None:
        self.person, self.page = person, person.page
        self.origin = chats.origins[FASTAPI]
        self.left, self.right = (
            SideServer(
                self.page,
                chats.origins[key],
                **{"server": SERVER | {"framework": key}} | welcome,
            )
            for key in (DJANGO, FASTAPI)
        )

    def enter(self, words: str = "Connected") -> None:
        """Open the split view."""
        self.person.open(self.origin, view="split", room="stage")
        is_connected(self.page, words=words)


def test_two_people_have_two_colours(chats: Chats, person: BringPerson) -> None:
    """Also if they are on different sides."""
    others = (f"Eve {number}" for number in range(100))
    alike = next(name for name in others if hue(name) == hue("Bob"))
    stage = Stage(chats, person("Ann"))
    stage.enter()
    stage.right.send("joined", user=alike, count=3)
    expect(head(stage.page, RIGHT)).to_contain_text("3 people")
    stage.left.say("Bob", "hello", id_=ID.format(1))
    stage.right.say(alike, "hello", id_=ID.format(2))
    avatars = stage.page.locator(".message .avatar")
    expect(avatars).to_have_count(2)
    one, other = avatars.evaluate_all(HUES)
    assert one != other


def test_the_later_copy_says_how_much_later(chats: Chats, person: BringPerson) -> None:
    """The time is at the slower side, whichever it is; other texts are not copies."""
    stage = Stage(chats, person("Ann"))
    stage.enter()
    page = stage.page
    for number, (first, second, slower) in enumerate(
        ((stage.left, stage.right, RIGHT), (stage.right, stage.left, LEFT))
    ):
        text = f"said {number}"
        first.say("Bob", text, id_=ID.format(number))
        expect(line(page, text)).to_have_count(1)
        assert lags(page, text) == ["", ""]
        second.say("Bob", text, id_=ID.format(number))
        mark = line(page, text).locator(f".split-mark[data-side='{slower}'] .split-lag")
        expect(mark).to_have_text(LATER)
        expect(line(page, text)).to_have_count(1)
        assert sorted(bool(each) for each in lags(page, text)) == [False, True]
    stage.left.say("Eve", "one text", id_=ID.format(7))
    stage.right.say("Eve", "another text", id_=ID.format(7))
    for text in ("one text", "another text"):
        expect(line(page, text)).to_have_count(1)
        expect(line(page, text)).not_to_have_class(re.compile(r"\bcoupled\b"))


def test_a_refused_copy_can_be_sent_again(chats: Chats, person: BringPerson) -> None:
    """Only the side that refused it shows a problem; the focus goes back to the composer."""
    stage = Stage(chats, person("Ann"))
    stage.enter()
    page = stage.page
    say(page, "refuse me")
    expect(page.locator("[data-status=sent]")).to_have_count(2)
    (said,) = [each for each in stage.right.said if each["type"] == "say"]
    stage.left.say("Ann", "refuse me", id_=said["id"])
    stage.right.send("error", code="rate_limited", detail="no", id=said["id"])
    failed = page.locator(".split-cell[data-side='1'] [data-status=failed]")
    expect(failed).to_contain_text("Not sent: too much at once.")
    expect(texts(page, LEFT)).to_have_text(["refuse me"])
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-status=sent]")).to_have_count(1)
    expect(page.locator("#split-draft")).to_be_focused()
    stage.right.say("Ann", "refuse me", id_=said["id"])
    expect(texts(page, RIGHT)).to_have_text(["refuse me"])
    says = [each["id"] for each in stage.right.said if each["type"] == "say"]
    assert says == [said["id"]] * 2


@pytest.mark.parametrize(
    "bypass_csp",
    [
        # What the policy would stop is not even tried; test_injection.py asks with the policy, too.
        pytest.param(False, id="policy", marks=pytest.mark.all_arms),
        pytest.param(True, id="no-policy"),
    ],
)
def test_hostile_input(chats: Chats, person: BringPerson, bypass_csp: bool) -> None:
    """Names, messages, photos, server facts and reasons are text on both sides."""
    ann = person("Ann", bypass_csp=bypass_csp, viewport={"width": 360, "height": 640})
    info = SERVER | {"server": PAYLOADS[0], "fanout": PAYLOADS[1], "history": "__proto__"}
    stage = Stage(chats, ann, server=info)
    watch = Watch(stage.page)
    stage.page.add_init_script(WATCH)
    stage.enter()
    expect(head(stage.page, LEFT)).to_contain_text(PAYLOADS[0])
    for server in (stage.left, stage.right):
        for name in NAMES:
            server.send("joined", user=name, count=2)
            server.say(name, name)
            server.send("typing", user=name)
        for number, payload in enumerate(PAYLOADS):
            server.say("Eve", payload, id_=ID.format(number))
        server.say("__proto__", "with an id of the language", id_="constructor")
        server.show("Eve", PAYLOADS[0], picture("x").data)
        server.send("__proto__", polluted=1)
    for side in (LEFT, RIGHT):
        said = [*NAMES, *PAYLOADS, "with an id of the language"]
        expect(texts(stage.page, side)).to_have_text(said)
    coupled = stage.page.locator(".split-line.coupled [data-side='0'] .text")
    expect(coupled.get_by_text(PAYLOADS[0], exact=True)).to_have_count(1)
    stage.left.close(4400, PAYLOADS[0])
    expect(head(stage.page, LEFT).get_by_role("alert")).to_contain_text(PAYLOADS[0])
    assert (watch.harm(), cut_off(stage.page)) == ([], [])
    stage.page.set_viewport_size({"width": 1440, "height": 800})
    assert (watch.harm(), cut_off(stage.page)) == ([], [])


def fill_stage(stage: Stage) -> None:
    """Messages of both sides and of one, a photo, a notice, a failure, and a lost connection."""
    expect(stage.page.locator(".split-side .link[data-status=online]")).to_have_count(2)
    for server in (stage.left, stage.right):
        server.say("Bob", "see https://example.org/a, and\nthe next line", id_=ID.format(1))
        server.show("Bob", "view.png", picture("view.png").data)
    stage.left.say("Bob", "W" * 60, id_=ID.format(2))
    stage.right.send("joined", user="Cy", count=3)
    say(stage.page, "to both " * 20)
    expect(stage.page.locator("[data-status=sent]")).to_have_count(2)
    mine = next(each for each in stage.left.said if each["type"] == "say")
    stage.left.say("Ann", mine["text"], id_=mine["id"])
    stage.right.send("error", code="rate_limited", detail="no", id=mine["id"])
    expect(stage.page.locator("[data-status=failed]")).to_have_count(1)
    stage.left.send("typing", user="Cy")
    stage.right.away = True
    stage.right.close(1012)
    expect(head(stage.page, RIGHT).locator(".split-strip")).to_be_visible()
    say(stage.page, "waits")
    expect(stage.page.locator(".message[data-status=waiting]")).to_have_count(1)


@pytest.mark.parametrize("locale", ["en-GB", "ja-JP"])
def test_it_fits_and_axe_finds_nothing(
    chats: Chats, person: BringPerson, locale: str, looks: list[Look]
) -> None:
    """At every width, in light and dark; nothing moves for those who asked."""
    stage = Stage(chats, person("Ann", locale=locale, reduced_motion="reduce"))
    stage.person.open(stage.origin, view="split", room="a-room-with-quite-a-long-name")
    fill_stage(stage)
    widths = (320, 400, 600, 767, 768, 1024, 1440, 1800)
    assert looks_wrong(stage.page, looks, widths, height=780) == []
    stage.page.evaluate(STEPPED)
    assert stage.page.evaluate(MOVING) == []


def test_a_narrow_page_shows_equal_copies_once(chats: Chats, person: BringPerson) -> None:
    """One message with two marks; what only one side has carries that side's name."""
    stage = Stage(chats, person("Ann", viewport={"width": 400, "height": 800}))
    stage.enter()
    page = stage.page
    for server in (stage.left, stage.right):
        server.say("Bob", "on both", id_=ID.format(1))
        expect(line(page, "on both")).to_have_count(1)
    stage.right.say("Bob", "on one", id_=ID.format(2))
    expect(page.get_by_text("on both").locator("visible=true")).to_have_count(1)
    marks = line(page, "on both").locator(".split-mark")
    expect(marks).to_have_text(["Django Channels", re.compile(r"^FastAPI \+[\d.]+ m?s$")])
    expect(marks.locator("visible=true").first).to_be_in_viewport()
    expect(line(page, "on one").locator(".split-mark:visible")).to_have_text(["FastAPI"])
    page.set_viewport_size({"width": 1440, "height": 800})
    left, right = (
        line(page, "on both").locator(f".split-cell[data-side='{side}'] .bubble").bounding_box()
        for side in (LEFT, RIGHT)
    )
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] < 1440 / 2 < right["x"]
    assert left["y"] == right["y"]


def test_by_keyboard_alone(chats: Chats, person: BringPerson) -> None:
    """Opened, used and left without a pointer, narrow and wide; every focus is visible."""
    ann = person("Ann")
    ann.open(chats.origins[FASTAPI], room="split-keys")
    ann.is_connected()
    said: list[str] = []
    for width in (400, 1440):
        ann.page.set_viewport_size({"width": width, "height": 780})
        if width < 544:
            ann.page.locator("#more-button").focus()
            press(ann.page, "Enter")
        said.append(f"typed at {width} px")
        _use_by_keyboard(ann.page, said)
        ann.is_connected()
        focus_is_on(ann.page, "#draft")


def _use_by_keyboard(page: Page, said: list[str]) -> None:
    """From the chat to the split view and back; `said` has all texts, the last one is new."""
    page.locator("#split-open").focus()
    press(page, "Enter")
    is_connected(page)
    focus_is_on(page, "#split-draft")
    page.keyboard.type(said[-1])
    press(page, "Enter")
    for side in (LEFT, RIGHT):
        expect(texts(page, side)).to_have_text(said)
    passed = walk(page)
    order = ["split-leave", "split-log", "split-to", "split-draft"]
    assert [each for each in passed if each in order] == order
    page.locator("[name=split-to]").first.focus()
    press(page, "ArrowRight")
    expect(page.locator(".split-composer").get_by_label("Django Channels")).to_be_checked()
    press(page, "ArrowLeft")
    page.locator("#split-log").focus()
    press(page, "ArrowUp")
    expect(page.locator(".message:focus")).to_have_count(1)
    press(page, "Escape")
    focus_is_on(page, "#split-draft")
    page.locator("#split-leave").focus()
    press(page, "Enter")
