"""Several tabs of one browser, and a hidden tab."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Chats, Person

BringPerson = Callable[..., Person]

LISTEN = """() => {
    globalThis.heard = '';
    globalThis.WebSocket = class extends WebSocket {
        constructor(...how) {
            super(...how);
            this.addEventListener('message', ({ data }) => {
                heard += data;
                document.documentElement.heardTheLast = heard.includes('the last');
            });
        }
    };
}"""
HIDE = """(hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    if (hidden) { // nothing is drawn in a hidden tab
        globalThis.resting = [];
        globalThis.draw = requestAnimationFrame;
        globalThis.requestAnimationFrame = (frame) => resting.push(frame);
    } else {
        globalThis.requestAnimationFrame = draw;
        for (const frame of resting) requestAnimationFrame(frame);
    }
}"""


def test_each_tab_is_somebody_of_its_own(chats: Chats, person: BringPerson) -> None:
    """A tab keeps its user after a reload and after going back, whatever another tab does."""
    ann = person("Ann")
    ann.open(chats.origins["fastapi"], room="tabs")
    ann.is_connected()
    bob = Person(ann.page.context.new_page(), ann.complaints)
    bob.page.on("console", bob.listen)
    bob.open(chats.origins["fastapi"])
    expect(bob.page.get_by_label("Your name")).to_have_value("Ann")
    bob.page.get_by_label("Your name").fill("Bob")
    bob.page.get_by_label("Room", exact=True).fill("tabs")
    bob.page.get_by_role("button", name="Enter the room").click()
    bob.is_connected()

    me = ann.page.locator("#people li").filter(has_text="You")
    ann.page.reload()
    expect(me).to_contain_text("Ann")
    ann.page.get_by_role("button", name="Leave").click()
    expect(ann.page.get_by_label("Your name")).to_have_value("Ann")
    ann.page.go_back()
    expect(me).to_contain_text("Ann")
    bob.page.reload()
    expect(bob.page.locator("#people li").filter(has_text="You")).to_contain_text("Bob")


@pytest.mark.parametrize("backend", ["django-channels", "fastapi"])
def test_what_came_while_the_tab_was_hidden_is_new(
    chats: Chats, person: BringPerson, backend: str
) -> None:
    """The first new message has the mark, and later messages in view have no mark."""
    ann, bob = person("Ann"), person("Bob")
    ann.page.add_init_script(f"({LISTEN})()")
    for somebody in (ann, bob):
        somebody.open(chats.origins[backend], room="hidden")
        somebody.is_connected()
    bob.say("seen")
    ann.sees("seen")
    ann.page.evaluate(HIDE, True)
    bob.say("the first")
    bob.say("the last")
    expect(ann.page.locator("html")).to_have_js_property("heardTheLast", True)
    ann.page.evaluate(HIDE, False)
    ann.sees("the last")
    expect(ann.page.locator(".first-unread .text")).to_have_text("the first")
    bob.say("seen, too")
    ann.sees("seen, too")
    expect(ann.page.locator(".first-unread")).to_have_count(0)
