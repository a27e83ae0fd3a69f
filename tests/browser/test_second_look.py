"""Faults that are easy to miss: a late answer, a lost focus, a page open over midnight."""

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.conftest import Chats, Person
from tests.browser.scripted_server import SOCKETS, ScriptedServer
from tests.browser.test_nothing_missing import picture
from tests.conformance.room import Member

BringPerson = Callable[..., Person]
BringMember = Callable[[str, str, str], Member]
OnStage = Callable[..., tuple[Person, ScriptedServer]]

OVER = """() => [document.scrollingElement, document.getElementById('talk')]
    .map(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)"""


def never_answers(_: WebSocketRoute) -> None:
    """Let the socket open, and send nothing."""


def test_own_messages_stay_within_the_log(on_stage: OnStage) -> None:
    """Any number of messages stays inside the scrolling log."""
    ann, server = on_stage({"width": 500, "height": 400})
    for each in range(10):
        server.say("Bob", f"ask {each}")
        ann.say(f"answer {each}")
        expect(ann.page.locator(".message[data-status=sent]")).to_have_count(1)
        server.say("Ann", f"answer {each}", id_=server.said[-1]["id"])
        ann.sees(f"answer {each}")
    ann.page.locator("#log").evaluate("log => log.scrollTo(0, 0)")
    assert ann.page.evaluate(OVER) == [0, 0]


CUT_FROM_THE_CLICK = """(button) => {
    const real = window.fetch;
    let cut = false;
    const begin = () => { cut = true; };
    document.querySelector(button).addEventListener('click', begin, { capture: true, once: true });
    window.fetch = (asked, options) =>
        cut && String(asked.url ?? asked).endsWith('/healthz')
            ? Promise.reject(new TypeError('Failed to fetch'))
            : real(asked, options);
    window.mend = () => { window.fetch = real; };
}"""
"""No server answers /healthz from a click on a button until `mend()`."""


def test_a_late_answer_does_not_take_the_way_out_away(chats: Chats, person: BringPerson) -> None:
    """The page drops the answer to an earlier request, and reports a failed switch."""
    ann = person("Ann")
    ann.expected.append("Failed to load resource")
    server = ScriptedServer(ann.page)
    ann.open(chats.origins["django-channels"], room="stage")
    ann.is_connected()
    asked: list[Route] = []

    def knock(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    ann.page.route("**/healthz", knock)
    server.away = True
    server.close(1012)
    now, instead = ann.page.locator("#now"), ann.page.locator("#instead")
    with ann.page.expect_request("**/healthz"):
        now.click()
    expect(instead).to_have_text("Use FastAPI")
    with ann.page.expect_event("requestfailed"):
        asked[0].abort()
    ann.page.unroute("**/healthz")
    # From the click on: a question before it would take the button away.
    ann.page.evaluate(CUT_FROM_THE_CLICK, "#instead")
    instead.click()
    expect(ann.page.locator("#toast")).to_have_text("FastAPI does not answer, so you stay here.")
    ann.page.evaluate("mend()")
    instead.click()
    expect(ann.page.locator("#switch").get_by_label("FastAPI")).to_be_checked()
    server.away = False  # not before: the page would be back on Channels without a click
    ann.is_connected()


def test_trying_now_keeps_the_focus(on_stage: OnStage) -> None:
    """The button stays in place while the user presses it."""
    ann, server = on_stage()
    ann.page.route_web_socket(SOCKETS, never_answers)
    server.away = True
    server.close(1012)
    now = ann.page.locator("#now")
    expect(now).to_be_visible()  # a hidden element takes no focus, and focus() does not wait
    now.focus()
    ann.page.keyboard.press("Enter")
    expect(ann.page.locator("#trouble-wait")).to_have_text("Trying again…")
    expect(ann.page.locator("#link")).to_have_text("Reconnecting…")
    assert ann.page.evaluate("new Promise(requestAnimationFrame).then(() => 1)")
    expect(now).to_be_focused()


def test_the_last_photo_keeps_the_focus(on_stage: OnStage) -> None:
    """At the last photo, the keys still lead back."""
    ann, server = on_stage()
    for name in ("one.png", "two.png"):
        server.show("Bob", name, picture(name).data)
    ann.page.locator(".photo").first.click()
    further = ann.page.get_by_role("button", name="Next photo")
    further.focus()
    ann.page.keyboard.press("Enter")
    caption = ann.page.locator("#viewer-caption")
    expect(caption).to_have_text("Photo from Bob: two.png")
    expect(further).to_be_focused()
    expect(further).to_be_disabled()
    ann.page.keyboard.press("ArrowLeft")
    expect(caption).to_have_text("Photo from Bob: one.png")
    ann.page.keyboard.press("Escape")
    expect(ann.page.locator("#viewer")).to_be_hidden()


def test_the_rooms_at_the_entrance_are_those_of_the_choice(
    chats: Chats, person: BringPerson
) -> None:
    """A late answer of the other backend does not replace them, and a room keeps the focus."""
    ann = person("Ann")
    own = chats.origins["django-channels"]
    rooms = [{"room": "there", "members": 1}]
    late: list[Route] = []

    def list_rooms(route: Route) -> None:
        if route.request.url.startswith(own):
            late.append(route)
        else:
            headers = {"Access-Control-Allow-Origin": own}
            headers["Access-Control-Allow-Credentials"] = "true"
            route.fulfill(json=rooms, headers=headers)

    ann.page.route("**/api/rooms", list_rooms)
    ann.page.clock.install()
    with ann.page.expect_request("**/api/rooms"):
        ann.open(own)
    ann.page.locator("#first-backend").get_by_label("FastAPI").check()
    shown = ann.page.locator("#rooms bdi")
    expect(shown).to_have_text(["#there"])
    with ann.page.expect_event("requestfinished"):
        late[0].fulfill(json=[{"room": "here", "members": 1}])
    assert ann.page.evaluate("new Promise(requestAnimationFrame).then(() => 1)")
    expect(shown).to_have_text(["#there"])

    button = ann.page.get_by_role("button", name="#there")
    button.focus()
    rooms.append({"room": "more", "members": 1})
    ann.page.clock.fast_forward(6000)
    expect(shown).to_have_count(2)
    expect(button).to_be_focused()


def test_a_page_that_is_open_over_midnight(chats: Chats, person: BringPerson) -> None:
    """After midnight in the reader's time zone, the label Today becomes Yesterday."""
    ann = person("Ann", timezone_id="Asia/Tokyo")
    server = ScriptedServer(ann.page)
    late = datetime(2026, 3, 4, 14, 59, 30, tzinfo=UTC)  # 23:59:30 in Tokyo
    ann.page.clock.install(time=late)
    ann.open(chats.origins["fastapi"], room="stage")
    ann.is_connected()
    at = int(late.timestamp() * 1000)
    server.send("message", seq=None, id="1", user="Bob", text="late", at=at)
    days = ann.page.locator("#timeline .day time")
    expect(days).to_have_text(["Today"])
    ann.page.clock.fast_forward(40_000)
    server.send("message", seq=None, id="2", user="Bob", text="early", at=at + 40_000)
    expect(days).to_have_text(["Yesterday", "Today"])
    dates = [each.get_attribute("datetime") for each in days.all()]
    assert dates == ["2026-03-04", "2026-03-05"]


def test_a_photo_that_did_not_come_is_loaded_again(
    chats: Chats, person: BringPerson, member: BringMember
) -> None:
    """The page does not call the photo gone, and a button in its place loads it again."""
    ann = person("Ann")
    ann.expected.append("Failed to load resource")
    bob = member(chats.origins["fastapi"], "second-try", "Bob")
    view = picture("view.png")
    bob.until("image", id=bob.send_image(view.data, name=view.name))
    ann.page.route("**/images/*", lambda route: route.abort())
    ann.open(chats.origins["fastapi"], room="second-try")
    again = ann.page.get_by_role("button", name="The photo could not be loaded.")
    expect(again).to_be_visible()
    ann.page.unroute("**/images/*")
    again.click()
    ann.shows("view.png")
    expect(ann.page.locator(".photo")).to_be_focused()
