"""Every view fits and axe finds no violation: light and dark, wide and narrow, both languages."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect

from chat_core.protocol_limits import REACTIONS
from tests.browser.axe import found_by_axe
from tests.browser.conftest import Chats, Person
from tests.browser.layout import cut_off
from tests.browser.scripted_server import ScriptedServer
from tests.browser.test_nothing_missing import picture

BringPerson = Callable[..., Person]

LOCALES = ("en-GB", "ja-JP")
WIDTHS = (360, 1440)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LAYOUT_WIDTHS = (320, 360, 600, 800, 1024, 1200, 1440, 1600)
"""At least one width for each layout of the style sheets."""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
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


def entrance(stage: Stage) -> None:
    stage.person.open(stage.chats.origins["fastapi"])
    expect(stage.page.locator("#entrance-form")).to_be_visible()


def entrance_with_problems(stage: Stage) -> None:
    entrance(stage)
    stage.page.locator("#name").fill("")
    stage.page.locator("#room").fill("no spaces")
    stage.page.locator("#entrance-form [type=submit]").click()
    expect(stage.page.locator("#name-problem")).to_be_visible()
    expect(stage.page.locator("#room-problem")).to_be_visible()


def nobody_spoke(stage: Stage) -> None:
    stage.enter()
    expect(stage.page.locator("#silence")).to_be_visible()


def talk(stage: Stage) -> None:
    """Messages of the user and of others, a photo, a link, a typing member, and an unsent file."""
    stage.enter()
    stage.server.say("Bob", LINK)
    stage.server.show("Bob", "view.png", picture("view.png").data)
    stage.server.send("joined", user="Cy", count=3)
    stage.say("mine")
    expect(stage.page.locator(".message[data-status=sent]")).to_have_count(1)
    stage.server.say("Ann", "mine", id_=stage.server.said[-1]["id"])
    expect(stage.page.locator(".message.own:not([data-status])")).to_have_count(1)
    expect(stage.page.locator(".photo img")).to_be_visible()
    stage.page.locator("#files").set_input_files([picture("waits.png").payload()])
    expect(stage.page.locator("#attached li")).to_have_count(1)
    stage.server.send("typing", user="Cy")
    expect(stage.page.locator("#typing")).not_to_be_empty()


def changed(stage: Stage) -> None:
    """Reactions, a message that was taken back, and the tools of the user's message."""
    stage.server.welcome |= {"seq": 0, "limits": stage.server.welcome["limits"] | EMOJIS}
    stage.enter()
    stage.say("mine, which goes on from one line to the next on any narrow screen")
    expect(stage.page.locator(".message[data-status=sent]")).to_have_count(1)
    stage.server.say("Ann", "mine", id_=stage.server.said[-1]["id"], seq=1)
    stage.server.say("Bob", "gone", seq=2)
    stage.server.send("unsaid", seq=2, user="Bob")
    change = {"user": "Ann", "emoji": REACTIONS[0], "on": True}
    stage.server.send("reactions", seq=1, counts=dict.fromkeys(REACTIONS, 1234), **change)
    expect(stage.page.locator(".reaction")).to_have_count(len(REACTIONS))
    stage.page.locator(".message.own .text").click()
    expect(stage.page.locator(".message-tools")).to_be_visible()


def reacting(stage: Stage) -> None:
    changed(stage)
    stage.page.locator(".message-tools button:visible").first.click()
    expect(stage.page.locator(".emoji-picker")).to_be_visible()


def taking_back(stage: Stage) -> None:
    changed(stage)
    stage.page.locator(".message-tools > button:visible").last.click()
    expect(stage.page.locator("#unsay")).to_be_visible()


def not_sent(stage: Stage) -> None:
    """One refused message, and one message that is under way."""
    stage.enter()
    stage.say("refused")
    expect(stage.page.locator(".message[data-status=sent]")).to_have_count(1)
    refused = stage.server.said[-1]["id"]
    stage.server.send("error", code="rate_limited", detail="Too fast.", id=refused)
    expect(stage.page.locator(".message[data-status=failed]")).to_have_count(1)
    stage.say("under way")
    expect(stage.page.locator(".message[data-status=sent]")).to_have_count(1)


def away(stage: Stage) -> None:
    """The strip about the lost connection, and a message that waits until it is back."""
    stage.enter()
    stage.server.say("Bob", "before")
    stage.server.away = True
    stage.server.close(1012)
    expect(stage.page.locator("#trouble")).to_be_visible()
    stage.say("waits")
    expect(stage.page.locator(".message[data-status=waiting]")).to_have_count(1)


def turned_away(stage: Stage) -> None:
    stage.enter()
    stage.server.close(4401)
    expect(stage.page.locator("#trouble-sign-in")).to_be_visible()


def gap(stage: Stage) -> None:
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


def account(stage: Stage) -> None:
    stage.enter()
    stage.page.locator("#me").click()
    stage.page.locator("#account-submit").click()
    expect(stage.page.locator("#username-problem")).to_be_visible()


def viewer(stage: Stage) -> None:
    stage.enter()
    stage.server.show("Bob", "view.png", picture("view.png").data)
    stage.page.locator(".photo").click()
    expect(stage.page.locator("#viewer-image")).to_be_visible()


def people(stage: Stage) -> None:
    """The panel covers a narrow page. On a wide page it is always beside the conversation."""
    stage.page.set_viewport_size({"width": WIDTHS[0], "height": 780})
    stage.enter()
    stage.page.locator("#people-button").click()
    expect(stage.page.locator("#panel")).to_be_in_viewport()


def rooms(stage: Stage) -> None:
    stage.enter()
    stage.page.locator("#rooms-open").click()
    expect(stage.page.locator("#rooms-panel")).to_be_visible()
    stage.page.locator("#rooms-panel form [type=submit]").first.click()
    expect(stage.page.locator("#rooms-field-problem")).to_be_visible()


def private_room(stage: Stage) -> None:
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


def inspector(stage: Stage) -> None:
    """The list of frames, with one full frame beside it."""
    stage.enter()
    stage.page.locator("#inspector-open").click()
    expect(stage.page.locator("#inspector .row[data-what=open]")).to_be_visible()
    stage.server.say("Bob", "on the wire")
    stage.page.locator("#inspector .row[data-type=message]").click()
    expect(stage.page.locator("#inspector .detail pre")).to_be_visible()


def inspector_codes(stage: Stage) -> None:
    """The meanings of the close codes."""
    stage.enter()
    stage.page.locator("#inspector-open").click()
    stage.page.locator("#inspector [data-part=legend]").click()
    expect(stage.page.locator("#inspector-codes")).to_be_visible()


VIEWS = (
    entrance,
    entrance_with_problems,
    nobody_spoke,
    talk,
    reacting,
    taking_back,
    not_sent,
    away,
    turned_away,
    gap,
    account,
    viewer,
    people,
    rooms,
    private_room,
    inspector,
    inspector_codes,
)


@pytest.fixture
def stage(chats: Chats, person: BringPerson, locale: str) -> Stage:
    """A page in this language, without animations."""
    somebody = person("Ann", locale=locale, reduced_motion="reduce")
    return Stage(chats, somebody, ScriptedServer(somebody.page))


@pytest.fixture
def looks(pytestconfig: pytest.Config, locale: str) -> Container[tuple[int, str]]:
    """The widths and themes for axe: each width and each theme once, or all with --all-arms.

    Between languages the layout differs, and what axe looks at does not: the second language has
    axe with --all-arms alone.
    """
    if pytestconfig.getoption("--all-arms"):
        return set(product(WIDTHS, THEMES))
    return list(zip(WIDTHS, THEMES, strict=True)) if locale == LOCALES[0] else []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_it_fits_and_axe_finds_nothing(
    stage: Stage, view: Callable[[Stage], None], looks: Container[tuple[int, str]]
) -> None:
    """Checks the layout at every width, and axe in light and dark."""
    view(stage)
    found = []
    for width in LAYOUT_WIDTHS:
        stage.page.set_viewport_size({"width": width, "height": 780})
        stage.page.evaluate(DRAWN)  # a panel over a narrow page is beside a wide page
        found += [f"{width} px: {each}" for each in cut_off(stage.page)]
        for theme in (each for each in THEMES if (width, each) in looks):
            stage.page.emulate_media(color_scheme=theme)
            found += [f"{theme}, {width} px: {each}" for each in found_by_axe(stage.page)]
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
    entrance(stage)
    assert found_by_axe(stage.page) == []
    stage.page.evaluate(PLANTED)
    assert any("WWW" in each for each in cut_off(stage.page))
    found = [each.split(": ")[:2] for each in found_by_axe(stage.page)]
    assert ["color-contrast", ".lead"] in found
    assert ["button-name", "#another-name"] in found
