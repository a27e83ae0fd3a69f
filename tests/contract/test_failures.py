"""An internal failure has the same answer in both chats, for pages of both, without details."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from chat_core.settings import DEFAULT_ORIGINS
from chat_core.unavailable import UnavailableError

ORIGIN = DEFAULT_ORIGINS.partition(",")[0]
SECRET = "postgresql://somebody:secret@db.internal"
FAILURES = [
    (RuntimeError(SECRET), 500, {"code": "internal", "detail": "the server failed"}),
    (
        UnavailableError(f"Redis: no route to {SECRET}"),
        503,
        {"code": "unavailable", "detail": "Redis does not answer: try again"},
    ),
]


def channels() -> tuple[Any, Any]:
    """The application, and the chat of its process."""
    from django_chat.asgi import application
    from django_chat.chat import chat

    return application, chat


def fastapi() -> tuple[Any, Any]:
    """The application, and the chat of its process."""
    from fastapi_chat.main import app

    return app, app.state.chat


@pytest.mark.parametrize("backend", [channels, fastapi])
@pytest.mark.parametrize(("failure", "status", "body"), FAILURES, ids=["failed", "away"])
def test_pages_of_either_chat_can_read_a_failure(
    monkeypatch: pytest.MonkeyPatch,
    backend: Callable[[], tuple[Any, Any]],
    failure: Exception,
    status: int,
    body: dict[str, str],
) -> None:
    application, chat = backend()

    async def start() -> None:
        raise failure

    monkeypatch.setattr(chat, "start", start)
    answer = asyncio.run(_ask(application))
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def _ask(application: Any) -> httpx.Response:
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get("/api/rooms", headers={"Origin": ORIGIN})
