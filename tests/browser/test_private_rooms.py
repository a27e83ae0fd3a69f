"""Rooms by invitation."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Chats, Person
from tests.browser.scripted_server import ScriptedServer

BringPerson = Callable[..., Person]

PRIVATE = "This room is private: open a valid invitation link"


def test_the_same_name_on_the_other_backend_is_another_room(
    chats: Chats, person: BringPerson
) -> None:
    """The page says so. A link that is opened in an open page takes its invitation, too."""
    ann = person("Ann")
    server = ScriptedServer(ann.page)
    ann.open(chats.origins["fastapi"], room="stage")
    ann.is_connected()
    server.close(4403)
    expect(ann.page.locator("#trouble-words")).to_contain_text(PRIVATE)
    expect(ann.page.locator("#trouble-sign-in")).to_be_visible()
    ann.page.evaluate("location.hash = 'invitation=a-token'")
    ann.is_connected()
    assert "#" not in ann.page.url
    assert ann.page.evaluate("sessionStorage['chat.private.stage@fastapi']") == "a-token"
    assert ann.page.evaluate("JSON.stringify(localStorage).includes('a-token')") is False
    ann.page.locator("#switch").get_by_label("Django Channels").click()
    expect(ann.page.locator("#toast")).to_contain_text("#stage on Django Channels is another room")
