"""Rooms by invitation: made, shared by a link, entered by a guest, and closed again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ARMS, Chats, Person
from tests.browser.scripted_server import ScriptedServer
from tests.browser.test_nothing_missing import open_account

BringPerson = Callable[..., Person]
OnStage = Callable[..., tuple[Person, ScriptedServer]]

PRIVATE = "This room is private: open a valid invitation link"


def handshakes(somebody: Person) -> list[tuple[str, str]]:
    """The address and the subprotocols of each handshake from now on."""
    seen: list[tuple[str, str]] = []
    watcher = somebody.page.context.new_cdp_session(somebody.page)
    urls: dict[str, str] = {}
    watcher.on(
        "Network.webSocketCreated", lambda made: urls.update({made["requestId"]: made["url"]})
    )
    watcher.on(
        "Network.webSocketWillSendHandshakeRequest",
        lambda sent: seen.append(
            (urls[sent["requestId"]], sent["request"]["headers"]["Sec-WebSocket-Protocol"])
        ),
    )
    watcher.send("Network.enable")
    return seen


@pytest.mark.parametrize("backend", ARMS)
def test_from_its_making_to_the_withdrawn_invitation(
    chats: Chats, person: BringPerson, backend: str
) -> None:
    """The invitation stays out of every address that a server sees, and outlives a reload."""
    ann, bob = person("Guest of Ann"), person("Bob")
    ann.expected.append("status of 4")  # the account does not exist yet
    ann.open(chats.origins[backend], room="outside")
    ann.is_connected()
    ann.page.locator("#rooms-open").click()
    ann.page.get_by_text("New private room").click()
    ann.page.locator("#rooms-panel").get_by_role("button", name="Sign in", exact=True).click()
    open_account(ann, f"Owner {backend}"[:20], call="New account")
    expect(ann.page.get_by_role("dialog")).to_be_hidden()
    ann.is_connected()
    ann.page.locator("#rooms-open").click()
    ann.page.get_by_text("New private room").click()
    ann.page.get_by_label("Name of the private room").fill("hideaway")
    ann.page.keyboard.press("Enter")
    expect(ann.page.locator("#room-title")).to_have_text("hideaway")
    ann.is_connected()
    ann.say("among us")
    ann.sees("among us")

    bob.open(chats.origins[backend], room="hideaway")
    expect(bob.page.locator("#trouble-words")).to_contain_text(PRIVATE)
    expect(bob.page.get_by_text("among us")).to_have_count(0)
    ann.page.locator("#rooms-open").click()
    expect(
        ann.page.get_by_role("option").filter(has_text="hideaway").locator(".lock")
    ).to_be_visible()
    ann.page.get_by_role("button", name="Create an invitation link").click()
    field = ann.page.get_by_label("Invitation link")
    expect(field).to_have_value(re.compile("#invitation="))
    link = field.input_value()
    address, _, token = link.partition("#invitation=")
    assert token not in address

    seen = handshakes(bob)
    bob.page.goto(link)
    bob.sees("among us")
    assert "#" not in bob.page.url
    bob.page.reload()
    bob.sees("among us")
    assert "#" not in bob.page.url
    bob.is_connected()
    assert {offered for _, offered in seen} == {f"chat.v1, invitation.{token}"}
    assert not [url for url, _ in seen if token in url]
    ann.page.get_by_role("button", name="Withdraw invitations").click()
    expect(ann.page.get_by_text("Withdrawn. The links no longer open the room.")).to_be_visible()
    bob.page.reload()
    expect(bob.page.locator("#trouble-words")).to_contain_text(PRIVATE)


def test_the_same_name_on_the_other_backend_is_another_room(on_stage: OnStage) -> None:
    """The page says so. A link that is opened in an open page takes its invitation, too."""
    ann, server = on_stage()
    room = server.welcome["room"]
    server.close(4403)
    expect(ann.page.locator("#trouble-words")).to_contain_text(PRIVATE)
    expect(ann.page.locator("#trouble-sign-in")).to_be_visible()
    ann.page.evaluate("location.hash = 'invitation=a-token'")
    ann.is_connected()
    assert "#" not in ann.page.url
    assert ann.page.evaluate(f"sessionStorage['chat.private.{room}@fastapi']") == "a-token"
    assert ann.page.evaluate("JSON.stringify(localStorage).includes('a-token')") is False
    ann.page.locator("#switch").get_by_label("Django Channels").click()
    expect(ann.page.locator("#toast")).to_contain_text(
        f"#{room} on Django Channels is another room"
    )
