"""FastAPI's documentation page works and loads nothing from another host."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Chats


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def test_the_page_asks_the_chat_and_nobody_else(chats: Chats, page: Page) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    origin = chats.origins["fastapi"]
    page.goto(f"{origin}/docs")
    health = page.locator(".opblock", has_text="/healthz")
    health.get_by_role("button", name="/healthz").first.click()
    health.get_by_role("button", name="Try it out").click()
    health.get_by_role("button", name="Execute").click()
    expect(health.locator(".live-responses-table .response-col_status")).to_have_text(
        ["Code", "200"]
    )
    assert said == []
    assert f"{origin}/healthz" in asked
    assert all(url.startswith((f"{origin}/", "data:")) for url in asked)
