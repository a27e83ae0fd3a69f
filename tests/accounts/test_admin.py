"""Django's admin: who may come in, what it shows, and what it ends."""

import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.accounts.visitor import PASSWORD, Visitor, new_name
from tests.conformance.room import Room
from tests.history.process import environ

PAGES = (
    "",
    "accounts/account/",
    "accounts/account/add/",
    "accounts/account/1/change/",
    "accounts/account/1/password/",
    "django_chat/room/",
    "django_chat/message/",
)


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """With an account `root`, which may do all."""
    history = f"sqlite:///{tmp_path_factory.mktemp('admin') / 'chat.db'}"
    arm = find_arm(f"channels-{request.param}-memory-sqlite")
    with Stack(arm, history=history, environ={"CHAT_LOGIN_LIMIT": "3/600s"}) as started:
        command = [sys.executable, "-m", "django", "createsuperuser", "--noinput"]
        password = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        subprocess.run(
            [*command, "--username", "root"], env=environ(history) | password, check=True
        )
        yield started


@pytest.fixture
def browser(stack: Stack) -> Iterator[httpx.Client]:
    """Nobody is signed in."""
    with httpx.Client(base_url=f"{stack.url}/admin/", timeout=30, follow_redirects=True) as http:
        yield http


def submit(browser: httpx.Client, page: str, **fields: str) -> httpx.Response:
    """Fill in the form of a page and send it, as a browser does."""
    form = browser.get(page).text
    (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    origin = str(browser.base_url).removesuffix("/admin/")
    fields |= {"csrfmiddlewaretoken": token}
    return browser.post(page, data=fields, headers={"Origin": origin})


def sign_in(browser: httpx.Client, name: str = "root", password: str = PASSWORD) -> httpx.Response:
    return submit(browser, "login/?next=/admin/", username=name, password=password)


def test_every_page_is_shown_to_who_may_see_it_and_to_nobody_else(
    stack: Stack, browser: httpx.Client
) -> None:
    with Room(stack.url) as room:
        member = room.enter("guest")
        member.ack(member.say("what is kept"))
    for page in PAGES:
        assert browser.get(page).url.path == "/admin/login/"
    assert sign_in(browser).url.path == "/admin/"
    for page in PAGES:
        answer = browser.get(page)
        assert (answer.status_code, answer.url.path) == (200, f"/admin/{page}")
    assert "what is kept" in browser.get("django_chat/message/?q=kept").text
    assert browser.get("django_chat/room/add/").status_code == 403


def test_its_pages_have_the_policy_of_the_chat_and_its_files_are_there(
    stack: Stack, browser: httpx.Client
) -> None:
    answer = browser.get("login/")
    policy = httpx.get(stack.url).headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"] == policy
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text)
    assert files
    for file in files:
        assert httpx.get(f"{stack.url}{file}").status_code == 200
    assert httpx.get(f"{stack.url}/static/admin/nothing.css").status_code == 404


def test_an_account_of_the_chat_does_not_come_in(stack: Stack, browser: httpx.Client) -> None:
    with Visitor(stack.url) as visitor:
        visitor.register()
        sign_in(browser, visitor.name)
        assert browser.get("").url.path == "/admin/login/"


def test_its_login_counts_as_the_chats(stack: Stack, browser: httpx.Client) -> None:
    name = new_name()
    statuses = [sign_in(browser, name, "a wrong guess").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]  # the form again, and then none
    with Visitor(stack.url) as visitor:
        assert visitor.enter("login", name).status_code == 429


def test_without_the_forms_token_nothing_is_done(browser: httpx.Client) -> None:
    fields = {"username": "root", "password": PASSWORD}
    assert browser.post("login/", data=fields).status_code == 403


def test_an_account_that_is_changed_has_to_sign_in_again(
    stack: Stack, browser: httpx.Client
) -> None:
    with Visitor(stack.url) as visitor, Room(stack.url) as room:
        visitor.register()
        member = room.enter("", cookie=visitor.cookie)
        sign_in(browser)
        (number,) = re.findall(
            r"account/(\d+)/change", browser.get(f"accounts/account/?q={visitor.name}").text
        )
        page = f"accounts/account/{number}/change/"
        changed = submit(browser, page, username=visitor.name)  # no longer active
        assert changed.url.path == "/admin/accounts/account/"
        assert visitor.me().status_code == 401
        assert member.closed(30).code == 4401
        assert visitor.enter("login", visitor.name).status_code == 401
        assert browser.get("").url.path == "/admin/", "who has changed it stays"


def test_a_name_that_reads_as_anothers_is_refused(stack: Stack, browser: httpx.Client) -> None:
    with Visitor(stack.url) as visitor:
        visitor.register()
        sign_in(browser)
        fields = {"username": f"{visitor.name}\u200b", "usable_password": "true"}
        passwords = {"password1": PASSWORD, "password2": PASSWORD}
        answer = submit(browser, "accounts/account/add/", **fields, **passwords)
        assert answer.url.path == "/admin/accounts/account/add/"
        assert "Another account has this name." in answer.text


def test_without_a_history_there_is_no_admin() -> None:
    with Stack(find_arm("channels-uvicorn-memory")) as stack:
        for path in ("/admin/", "/admin", "/static/admin/css/base.css"):
            assert httpx.get(f"{stack.url}{path}").status_code == 404
