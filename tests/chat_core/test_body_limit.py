"""An application receives only the beginning of a body that is too large."""

import asyncio
from collections.abc import Iterable

import pytest

from chat_core.accounts import BODY_BYTES
from chat_core.body_limit import BodyLimitMiddleware, Message, Receive, Scope, Send

DISCONNECT = {"type": "http.disconnect"}


@pytest.mark.parametrize(
    ("sent", "handed"),
    [
        ([0], 0),
        ([10, 20], 30),
        ([BODY_BYTES], BODY_BYTES),
        ([BODY_BYTES, 0], BODY_BYTES),
        ([BODY_BYTES + 1], BODY_BYTES + 1),
        ([BODY_BYTES * 3], BODY_BYTES + 1),
        ([BODY_BYTES, BODY_BYTES, BODY_BYTES], BODY_BYTES + 1),
    ],
)
def test_the_application_receives_only_the_first_bytes(sent: list[int], handed: int) -> None:
    messages = _parts(sent)

    received = asyncio.run(_received(messages, "http"))

    assert sum(len(message["body"]) for message in received[:-1]) == handed
    assert [message["more_body"] for message in received[:-1]][-1] is False
    assert received[-1] == DISCONNECT, "after a body nothing comes but that the client is gone"


def test_a_websocket_is_not_limited() -> None:
    messages: list[Message] = [{"type": "websocket.receive", "bytes": bytes(3 * BODY_BYTES)}]
    assert asyncio.run(_received(messages, "websocket")) == messages


def _parts(sizes: Iterable[int]) -> list[Message]:
    parts: list[Message] = [
        {"type": "http.request", "body": bytes(size), "more_body": True} for size in sizes
    ]
    parts[-1]["more_body"] = False
    return [*parts, DISCONNECT]


async def _received(messages: list[Message], kind: str) -> list[Message]:
    """The messages that an application receives: the whole body, then one more message."""
    coming = iter(messages)
    received: list[Message] = []

    async def receive() -> Message:
        return next(coming)

    async def send(_: Message) -> None:
        raise AssertionError

    async def application(_: Scope, receive: Receive, __: Send) -> None:
        received.append(await receive())
        while received[-1].get("more_body"):
            received.append(await receive())
        if kind == "http":
            received.append(await receive())

    await BodyLimitMiddleware(application)({"type": kind}, receive, send)
    return received
