"""A guest takes another name: nothing is lost, and a refused name is told beside the field."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Chats, Person
from tests.browser.looks import Look, looks_wrong
from tests.browser.scripted_server import ScriptedServer
from tests.browser.test_nothing_missing import open_account

BringPerson = Callable[..., Person]

BACKENDS = ("django-channels", "fastapi")


def open_dialog(somebody: Person) -> None:
    """Open the account's dialog, where a guest finds the name."""
    somebody.page.get_by_role("button", name="your account").click()


def rename(somebody: Person, name: str) -> None:
    """Ask for another name in the open dialog."""
    field = somebody.page.get_by_label("Name as a guest")
    field.fill(name)
    field.press("Enter")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_guest_leaves_and_joins_under_another_name(
    chats: Chats, person: BringPerson, backend: str
) -> None:
    """The draft, the room and the backend stay; the name goes along to the other backend."""
    room = f"rename-{backend}"
    ann, eve = person("Ann"), person("Eve")
    for somebody in (ann, eve):
        somebody.open(chats.origins[backend], room=room)
        somebody.is_connected()
    ann.say("as Ann")
    eve.sees("as Ann")
    ann.write("half a sen")
    open_dialog(ann)
    expect(ann.page.get_by_label("Name as a guest")).to_have_value("Ann")
    rename(ann, "  Bea ")
    expect(ann.page.get_by_role("dialog")).to_be_hidden()
    expect(ann.page.locator("#me")).to_be_focused()
    expect(eve.page.locator(".notice.left")).to_have_text("Ann left")
    expect(eve.page.locator(".notice.joined")).to_have_text("Bea joined")
    ann.is_connected()
    expect(ann.page.locator("#draft")).to_have_value("half a sen")
    expect(ann.page.locator("#room-title")).to_have_text(room)
    ann.sees("as Ann")
    ann.say("half a sentence")
    eve.sees("half a sentence")
    expect(eve.page.locator(".message .author").last).to_have_text("Bea")
    ann.page.reload()
    ann.is_connected()
    expect(ann.page.locator("#me-name")).to_have_text("Bea")
    ann.switch({"fastapi": "Django Channels"}.get(backend, "FastAPI"))
    ann.is_connected()
    expect(ann.page.locator("#me-name")).to_have_text("Bea")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_refused_name_is_told_beside_the_field_and_nobody_leaves(
    chats: Chats, person: BringPerson, backend: str, looks: list[Look]
) -> None:
    owner = person("Owner")
    owner.expected.append("Failed to load resource")
    owner.open(chats.origins[backend])
    owner.page.get_by_role("button", name="Sign in / Create account").click()
    open_account(owner, f"Owner of {backend}", call="New account")
    expect(owner.page.locator("#signed")).to_contain_text("Signed in as")
    ann, eve = person("Ann", reduced_motion="reduce"), person("Eve")
    for somebody in (ann, eve):
        somebody.open(chats.origins[backend], room=f"refused-{backend}")
        somebody.is_connected()
    expect(ann.page.locator("#people li")).to_have_count(2)
    ann.write("a draft")
    open_dialog(ann)
    problem = ann.page.locator("#new-name-problem")
    for name, words in (
        (f"owner of {backend}", "This name belongs to an account on "),
        ("", "Enter a name."),
        ("x" * 33, "A name has at most 32 characters."),
        ("Eve", "Somebody in this room has this name. Choose another."),
    ):
        rename(ann, name)
        expect(problem).to_contain_text(words)
        expect(ann.page.get_by_label("Name as a guest")).to_be_focused()
    assert looks_wrong(ann.page, looks) == []
    ann.page.keyboard.press("Escape")
    expect(ann.page.locator("#draft")).to_have_value("a draft")
    expect(ann.page.locator("#me-name")).to_have_text("Ann")
    ann.say("still Ann")
    eve.sees("still Ann")
    expect(eve.page.locator(".notice.left")).to_have_count(0)


def test_without_a_server_the_name_stays(chats: Chats, person: BringPerson) -> None:
    ann = person("Ann")
    ann.expected.append("ERR_INTERNET_DISCONNECTED")
    ann.open(chats.origins["fastapi"], room="no-server")
    ann.is_connected()
    open_dialog(ann)
    expect(ann.page.get_by_label("Name as a guest")).to_be_visible()
    ann.page.context.set_offline(True)
    rename(ann, "Bea")
    expect(ann.page.locator("#new-name-problem")).to_have_text("You are offline.")
    ann.page.context.set_offline(False)
    ann.is_connected()
    rename(ann, "Bea")
    expect(ann.page.locator("#me-name")).to_have_text("Bea")
    ann.is_connected()


def test_a_message_on_its_way_keeps_the_name(chats: Chats, person: BringPerson) -> None:
    """Said again under another name, a message that had arrived would be there twice."""
    ann = person("Ann")
    ScriptedServer(ann.page)
    ann.open(chats.origins["fastapi"], room="stage")
    ann.say("on its way")
    expect(ann.page.locator(".message[data-status=sent]")).to_have_count(1)
    open_dialog(ann)
    rename(ann, "Bea")
    expect(ann.page.locator("#new-name-problem")).to_contain_text("A message is still on its way.")
    expect(ann.page.locator("#me-name")).to_have_text("Ann")


def test_an_account_has_no_name_as_a_guest(chats: Chats, person: BringPerson) -> None:
    ann = person("Ann")
    ann.expected.append("Failed to load resource")
    ann.open(chats.origins["fastapi"], room="account-name")
    ann.is_connected()
    open_dialog(ann)
    open_account(ann, "Ann of an account", call="New account")
    ann.is_connected()
    open_dialog(ann)
    expect(ann.page.locator("#sign-out")).to_be_visible()
    expect(ann.page.get_by_label("Name as a guest")).to_be_hidden()
