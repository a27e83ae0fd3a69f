"""Every view fits and axe finds no violation: light and dark, wide and narrow, both languages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from chat_core.protocol_limits import REACTIONS
from tests.browser.axe import found_by_axe
from tests.browser.conftest import Chats, Person
from tests.browser.layout import cut_off
from tests.browser.looks import WIDTHS, Look, looks_for_axe, looks_wrong
from tests.browser.scripted_server import ScriptedServer
from tests.browser.test_nothing_missing import picture

BringPerson = Callable[..., Person]
Views = Iterator[str]
"""The names of the views of a story, each while the page shows it."""

LOCALES = ("en-GB", "ja-JP")
NARROW = 360
LAYOUT_WIDTHS = (320, NARROW, 600, 800, 1024, 1200, 1440, 1600)
"""At least one width for each layout of the style sheets."""
ROOMY: ViewportSize = {"width": 1280, "height": 780}
EMOJIS = {"reactions": REACTIONS}
LINK = "see https://example.org/a, and\nthe next line"


@dataclass
class Stage:
    """A user of the client, and the server that the test plays."""

    chats: Chats
    person: Person
    server: ScriptedServer

    @property
    def page(self) -> Page:
        return self.person.page

    def enter(self) -> None:
        """Enter the room."""
        self.person.open(self.chats.origins["fastapi"], room="stage")
        expect(self.page.locator("#people li")).to_have_count(2)

    def say(self, text: str) -> None:
        """Write and send a message, in any language."""
        self.page.locator("#draft").fill(text)
        self.page.locator("#draft").press("Enter")


def entrance(stage: Stage) -> Views:
    stage.person.open(stage.chats.origins["fastapi"])
    expect(stage.page.locator("#entrance-form")).to_be_visible()
    yield "the entrance"
    stage.page.locator("#name").fill("")
    stage.page.locator("#room").fill("no spaces")
    stage.page.locator("#entrance-form [type=submit]").click()
    expect(stage.page.locator("#name-problem")).to_be_visible()
    expect(stage.page.locator("#room-problem")).to_be_visible()
    yield "the entrance with problems"


def room(stage: Stage) -> Views:
    """A conversation, what opens over it and beside it, and its end."""
    stage.enter()
    expect(stage.page.locator("#silence")).to_be_visible()
    yield "nobody spoke"
    yield from _conversation(stage)
    yield from _panels(stage.page)
    yield from _inspector(stage)
    stage.server.close(4401)
    expect(stage.page.locator("#trouble-sign-in")).to_be_visible()
    yield "turned away"


def _conversation(stage: Stage) -> Views:
    """Messages of the user and of others, a photo, a link, a typing member, and an unsent file."""
    page = stage.page
    stage.server.say("Bob", LINK)
    stage.server.show("Bob", "view.png", picture("view.png").data)
    stage.server.send("joined", user="Cy", count=3)
    stage.say("mine")
    expect(page.locator(".message[data-status=sent]")).to_have_count(1)
    stage.server.say("Ann", "mine", id_=stage.server.said[-1]["id"])
    expect(page.locator(".message.own:not([data-status])")).to_have_count(1)
    expect(page.locator(".photo img")).to_be_visible()
    page.locator("#files").set_input_files([picture("waits.png").payload()])
    expect(page.locator("#attached li")).to_have_count(1)
    stage.server.send("typing", user="Cy")
    expect(page.locator("#typing")).not_to_be_empty()
    yield "a conversation"
    page.locator(".photo").click()
    expect(page.locator("#viewer-image")).to_be_visible()
    yield "the viewer"
    page.keyboard.press("Escape")
    expect(page.locator("#viewer-image")).to_be_hidden()


def _panels(page: Page) -> Views:
    page.locator("#me").click()
    page.locator("#account-submit").click()
    expect(page.locator("#username-problem")).to_be_visible()
    yield "the account"
    page.keyboard.press("Escape")
    expect(page.locator("#username-problem")).to_be_hidden()
    page.locator("#rooms-open").click()
    expect(page.locator("#rooms-panel")).to_be_visible()
    page.locator("#rooms-panel form [type=submit]").first.click()
    expect(page.locator("#rooms-field-problem")).to_be_visible()
    yield "the rooms"
    page.keyboard.press("Escape")
    expect(page.locator("#rooms-panel")).to_be_hidden()
    # It covers a narrow page. On a wide page it is always beside the conversation.
    page.set_viewport_size({"width": NARROW, "height": 780})
    page.locator("#people-button").click()
    expect(page.locator("#panel")).to_be_in_viewport()
    yield "the people"


def _inspector(stage: Stage) -> Views:
    """The list of frames, with one full frame beside it, and the meanings of the close codes."""
    page = stage.page
    page.locator("#inspector-open").click()
    expect(page.locator("#inspector .row[data-what=open]")).to_be_visible()
    stage.server.say("Bob", "on the wire")
    page.locator("#inspector .row[data-type=message]").last.click()
    expect(page.locator("#inspector .detail pre")).to_be_visible()
    yield "the inspector"
    page.locator("#inspector [data-part=legend]").click()
    expect(page.locator("#inspector-codes")).to_be_visible()
    yield "the close codes"
    page.keyboard.press("Escape")
    page.locator("#inspector-open").click()
    expect(page.locator("#inspector .detail pre")).to_be_hidden()


def messages(stage: Stage) -> Views:
    """Of each kind: with reactions, taken back, refused, under way, and waiting."""
    stage.server.welcome |= {"seq": 0, "limits": stage.server.welcome["limits"] | EMOJIS}
    stage.enter()
    yield from _changes(stage)
    yield from _not_sent(stage)


def _changes(stage: Stage) -> Views:
    """Reactions, a message that was taken back, and the tools of the user's message."""
    page = stage.page
    stage.say("mine, which goes on from one line to the next on any narrow screen")
    expect(page.locator(".message[data-status=sent]")).to_have_count(1)
    stage.server.say("Ann", "mine", id_=stage.server.said[-1]["id"], seq=1)
    stage.server.say("Bob", "gone", seq=2)
    stage.server.send("unsaid", seq=2, user="Bob")
    change = {"user": "Ann", "emoji": REACTIONS[0], "on": True}
    stage.server.send("reactions", seq=1, counts=dict.fromkeys(REACTIONS, 1234), **change)
    expect(page.locator(".reaction")).to_have_count(len(REACTIONS))
    page.locator(".message.own .text").click()
    expect(page.locator(".message-tools")).to_be_visible()
    page.locator(".message-tools button:visible").first.click()
    expect(page.locator(".emoji-picker")).to_be_visible()
    yield "reacting"
    page.keyboard.press("Escape")
    expect(page.locator(".emoji-picker")).to_be_hidden()
    page.locator(".message.own .text").click()
    page.locator(".message-tools > button:visible").last.click()
    expect(page.locator("#unsay")).to_be_visible()
    yield "taking back"
    page.keyboard.press("Escape")
    expect(page.locator("#unsay")).to_be_hidden()


def _not_sent(stage: Stage) -> Views:
    """A refused message, one that is under way, and one that waits for the connection."""
    page = stage.page
    stage.say("refused")
    expect(page.locator(".message[data-status=sent]")).to_have_count(1)
    refused = stage.server.said[-1]["id"]
    stage.server.send("error", code="rate_limited", detail="Too fast.", id=refused)
    expect(page.locator(".message[data-status=failed]")).to_have_count(1)
    stage.say("under way")
    expect(page.locator(".message[data-status=sent]")).to_have_count(1)
    yield "not sent"
    stage.server.say("Bob", "before", seq=3)
    stage.server.away = True
    stage.server.close(1012)
    expect(page.locator("#trouble")).to_be_visible()
    stage.say("waits")
    waits = page.locator(".message[data-status=waiting]")
    expect(waits.get_by_text("waits", exact=True)).to_have_count(1)
    yield "away"


def gap(stage: Stage) -> Views:
    """Missing messages that the page cannot load."""
    stage.person.expected.append("503")
    stage.page.route("**/messages?*", lambda route: route.fulfill(status=503))
    stage.server.welcome |= {"seq": 10}
    stage.page.clock.install()
    stage.enter()
    stage.server.say("Bob", "11", seq=11)
    stage.server.say("Bob", "15", seq=15)
    while not stage.page.locator(".gap.failed").is_visible():
        stage.page.clock.run_for(500)  # the page retries after longer and longer pauses
    expect(stage.page.locator("#older-again")).to_be_visible()
    yield "a gap"


def private_room(stage: Stage) -> Views:
    """The owner of a private room has an invitation link, and makes a second room in vain."""
    stage.person.expected.append("409")
    page = stage.page
    page.add_init_script("localStorage['chat.account.fastapi'] = 'Ann'")
    room = {"room": "stage", "members": 2, "private": True}

    def answer(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(json=[room])
        else:
            route.fulfill(status=409, json={"code": "taken", "detail": "no"})

    page.route("**/api/rooms", answer)
    page.route("**/invitations", lambda route: route.fulfill(json={"invitation": "x" * 43}))
    stage.enter()
    page.locator("#rooms-open").click()
    page.locator("#rooms-panel section button:visible").first.click()
    expect(page.locator("#rooms-panel section .address")).to_be_visible()
    page.locator("#rooms-panel summary").click()
    page.locator("#private-name").fill("taken")
    page.keyboard.press("Enter")
    expect(page.locator("#private-name-problem")).to_be_visible()
    yield "a private room"


STORIES = (entrance, room, messages, gap, private_room)


@pytest.fixture
def stage(chats: Chats, person: BringPerson, locale: str) -> Stage:
    """A page in this language, without animations."""
    somebody = person("Ann", locale=locale, reduced_motion="reduce")
    return Stage(chats, somebody, ScriptedServer(somebody.page))


@pytest.fixture
def looks(pytestconfig: pytest.Config, locale: str) -> list[Look]:
    """The widths and themes for axe, as in the other tests, on an even narrower page."""
    every = pytestconfig.getoption("--all-arms")
    return looks_for_axe(locale, (NARROW, WIDTHS[1]), every=every)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_it_fits_and_axe_finds_nothing(
    stage: Stage, story: Callable[[Stage], Views], looks: list[Look]
) -> None:
    """Checks the layout of each view at every width, and axe in light and dark."""
    found = []
    for view in story(stage):
        found += [f"{view}, {each}" for each in looks_wrong(stage.page, looks, LAYOUT_WIDTHS, 780)]
        stage.page.set_viewport_size(ROOMY)
    assert found == []


PLANTED = """() => {
    const text = document.querySelector('.lead');
    text.style.color = 'rgb(160 160 160)';
    document.querySelector('#another-name').textContent = '';
    document.querySelector('.card h1').style.whiteSpace = 'nowrap';
    document.querySelector('.card h1').textContent = 'W'.repeat(99);
}"""


@pytest.mark.parametrize("locale", LOCALES[:1])
def test_axe_finds_what_is_planted(stage: Stage) -> None:
    """The checks find unreadable text, cut-off text and a button without a name."""
    next(entrance(stage))
    assert found_by_axe(stage.page) == []
    stage.page.evaluate(PLANTED)
    assert any("WWW" in each for each in cut_off(stage.page))
    found = [each.split(": ")[:2] for each in found_by_axe(stage.page)]
    assert ["color-contrast", ".lead"] in found
    assert ["button-name", "#another-name"] in found
