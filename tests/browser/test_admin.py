"""Django's admin works in a browser under the chat's Content-Security-Policy."""

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, expect

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.accounts.visitor import PASSWORD
from tests.history.process import environ

_PAGES = ("", "accounts/account/", "accounts/account/1/change/", "django_chat/message/")


def test_the_policy_stops_nothing_of_the_admin(browser: Browser, tmp_path: Path) -> None:
    stopped: list[str] = []

    def listen(line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            stopped.append(line.text)

    history = f"sqlite:///{tmp_path / 'chat.db'}"
    with Stack(find_arm("channels-uvicorn-memory-sqlite"), history=history) as stack:
        command = [sys.executable, "-m", "django", "createsuperuser", "--noinput"]
        told = environ(history) | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        subprocess.run([*command, "--username", "root"], env=os.environ | told, check=True)
        with browser.new_context() as context:
            page = context.new_page()
            page.on("console", listen)
            page.on("pageerror", lambda error: stopped.append(str(error)))
            page.goto(f"{stack.url}/admin/")
            page.fill("#id_username", "root")
            page.fill("#id_password", PASSWORD)
            page.click("input[type=submit]")
            expect(page.locator("#user-tools")).to_contain_text("root")
            for path in _PAGES:
                page.goto(f"{stack.url}/admin/{path}")
                expect(page.locator("#content h1")).to_be_visible()
                display = page.locator("#header").evaluate("each => getComputedStyle(each).display")
                assert display == "flex", "its style sheets are there"
    assert stopped == []
