"""The whole client with the keyboard alone, a visible focus, and without motion."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Chats, Person
from tests.browser.scripted_server import ScriptedServer
from tests.browser.stage import Stage
from tests.browser.test_nothing_missing import picture

BringPerson = Callable[..., Person]
OnStage = Callable[..., tuple[Person, ScriptedServer]]

FOCUSED = """() => {
    const node = document.activeElement;
    if (node === document.body) return null;
    const seen = [node, node.closest('label'), node.parentElement, node.nextElementSibling]
        .filter(Boolean).some((each) => {
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
            return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        });
    const box = node.getBoundingClientRect();
    const inView = box.right > 0 && box.bottom > 0 && box.left < innerWidth
        && box.top < innerHeight;
    return { id: node.id || node.name || node.className || node.tagName, seen, inView };
}"""
UNDER = """() => [...document.querySelectorAll('button, input, textarea, select, a[href]')]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }))
    .filter((node) => {
        const box = node.getBoundingClientRect();
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return false;
        const top = document.elementFromPoint(x, y);
        const label = node.closest('label') ?? node;
        return !label.contains(top) && !top?.contains(node);
    }).map((node) => node.id || node.outerHTML.slice(0, 80))"""
WITHIN = "(opened) => document.querySelector(opened).contains(document.activeElement)"
MOVING = """() => document.getAnimations()
    .filter(({ playState }) => playState === 'running')
    .map(({ effect, animationName, transitionProperty }) =>
        `${effect.target.id || effect.target.className}: ${animationName ?? transitionProperty}`)"""


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def walk(page: Page, most: int = 60) -> list[str]:
    """Tab from the page's beginning to its end; returns the elements, all visibly focused."""
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    page.evaluate(
        "document.body.tabIndex = -1; document.body.focus(); "
        "document.body.removeAttribute('tabindex')"
    )
    passed: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None or (passed and at["id"] == passed[0]):
            return passed
        assert at["seen"], f"{at['id']} has the focus, and does not show it"
        assert at["inView"], f"{at['id']} has the focus, and is not in view"
        passed.append(at["id"])
    raise AssertionError(f"no end: {passed}")


def focus_is_on(page: Page, selector: str) -> None:
    """Wait until the element has the focus."""
    expect(page.locator(selector)).to_be_focused()


def open_by_key(page: Page, button: str, opened: str, key: str = "Enter") -> None:
    """Check that a button opens a part, and that Escape closes it and focuses the button."""
    page.locator(button).focus()
    page.keyboard.press(key)
    expect(page.locator(opened)).to_be_visible()
    if not page.evaluate(WITHIN, opened):
        page.keyboard.press("Tab")  # a part that is no dialog follows its button
        assert page.evaluate(WITHIN, opened), f"{opened} is not reached"
    page.keyboard.press("Escape")
    expect(page.locator(opened)).to_be_hidden()
    focus_is_on(page, button)


def test_from_the_entrance_to_the_exit(chats: Chats, person: BringPerson) -> None:
    """The user enters, chats, opens each part and leaves without a pointer, narrow and wide."""
    ann = person("Ann")
    page = ann.page
    server = ScriptedServer(page)
    ann.open(chats.origins["fastapi"])
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 780})
        enters(ann)
        chats_and_opens(ann, server, width)
        page.locator("#leave").focus()
        press(page, "Enter")
        focus_is_on(page, "#name")


def enters(ann: Person) -> None:
    """Walk through the entrance, and enter the room."""
    page = ann.page
    expect(page.locator("#entrance-form")).to_be_visible()
    form = ["name", "another-name", "sign-in", "room"]
    passed = walk(page)
    assert [each for each in passed if each in form] == form
    assert {"theme", "language"} <= set(passed)
    assert passed.index("language") < passed.index("name")
    open_by_key(page, "#sign-in", "#account")
    page.locator("#room").focus()
    press(page, "ControlOrMeta+a")
    page.keyboard.type("stage")
    press(page, "Enter")
    ann.is_connected()
    focus_is_on(page, "#draft")


def chats_and_opens(ann: Person, server: ScriptedServer, width: int) -> None:
    """Send a message, walk through the chat, and open each part."""
    page = ann.page
    page.keyboard.type("typed")
    press(page, "Enter")
    expect(page.locator(".message[data-status=sent]")).to_have_count(1)
    server.say("Ann", "typed", id_=server.said[-1]["id"])
    server.show("Bob", "view.png", picture("view.png").data)
    expect(page.locator(".photo img")).to_be_visible()
    focus_is_on(page, "#draft")

    passed = walk(page)
    order = ["rooms-open", "backend", "log", "photo", "attach", "draft"]
    assert [each for each in passed if each in order] == order
    if width < 960:
        open_by_key(page, "#people-button", "#panel")
    open_by_key(page, "#me", "#account")
    open_by_key(page, "#rooms-open", "#rooms-panel")
    open_by_key(page, ".photo", "#viewer")
    page.locator("#draft").focus()
    press(page, "Control+k")
    expect(page.locator("#rooms-panel")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#rooms-panel")).to_be_hidden()


def test_no_control_lies_under_another(chats: Chats, person: BringPerson) -> None:
    """At any width, the room's name is visible and every control can be clicked."""
    ann = person("A rather long name of a person")
    server = ScriptedServer(ann.page, user="A rather long name of a person")
    ann.open(chats.origins["fastapi"], room="a-room-with-quite-a-long-name")
    ann.is_connected()
    server.say("Bob", "hello")
    for width in (320, 400, 560, 700, 780, 900, 970, 1100, 1250, 1460, 1480, 1600):
        ann.page.set_viewport_size({"width": width, "height": 700})
        assert ann.page.evaluate(UNDER) == [], width
        title = ann.page.locator("#room-title").bounding_box()
        assert title is not None
        assert title["width"] > 60, width


PARTS = {"#rooms-open": "#rooms-panel", "#people-button": "#panel", "#me": "#account"}
"""The parts by the buttons that open them, in a window 800 px wide."""


def test_nothing_moves_for_those_who_asked(usual_stage: Stage, on_stage: OnStage) -> None:
    """No animation runs with reduced motion, and the check finds planted animations."""
    usual_stage.page().emulate_media(reduced_motion="reduce")
    ann, server = on_stage({"width": 800, "height": 700})
    page = ann.page
    assert page.evaluate(MOVING) == []
    server.say("Bob", "hello")
    server.send("typing", user="Bob")
    expect(page.locator("#typing")).not_to_be_empty()
    assert page.evaluate(MOVING) == []
    for button, part in PARTS.items():
        page.locator(button).click()
        expect(page.locator(part)).to_be_visible()  # some parts load when they are first opened
        assert page.evaluate(MOVING) == []
        page.keyboard.press("Escape")
        expect(page.locator(part)).to_be_hidden()
        assert page.evaluate(MOVING) == []
    page.locator("#silence").evaluate("(node) => node.animate({ opacity: [0, 1] }, 60_000)")
    page.locator("#log").evaluate("(node) => node.animate({ opacity: [0, 1] }, 60_000)")
    assert len(page.evaluate(MOVING)) >= 1
    page.evaluate("() => document.getAnimations().forEach((each) => each.cancel())")
    page.emulate_media(reduced_motion="no-preference")
