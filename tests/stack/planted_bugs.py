"""`python -m tests.stack.planted_bugs SERVER APPLICATION FD`: a chat with mistakes in some rooms.

A room is named after what fails there: `entering`, `receiving` or `sending`.
"""

from collections.abc import AsyncIterator
from typing import Any

from chat_core.conversation import Conversation, Effect
from chat_core.rooms import Rooms
from chat_servers import serve

_enter, _receive, _replay = Rooms.enter, Conversation.receive, Rooms.replay


async def enter(rooms: Rooms, conversation: Conversation) -> str:
    fail("entering", conversation)
    return await _enter(rooms, conversation)


def receive(conversation: Conversation, frame: str | bytes, now: float, at: int) -> Effect | None:
    fail("receiving", conversation)
    return _receive(conversation, frame, now, at)


async def replay(rooms: Rooms, conversation: Conversation) -> AsyncIterator[str | bytes]:
    fail("sending", conversation)
    async for frame in _replay(rooms, conversation):
        yield frame


def fail(what: str, conversation: Conversation) -> None:
    """Make a mistake in the room of this name."""
    if conversation.room == what:
        raise RuntimeError(f"{what} has a mistake")


def main() -> None:
    """Plant the mistakes, and serve until told to stop."""
    planted: list[tuple[type, Any]] = [(Rooms, enter), (Conversation, receive), (Rooms, replay)]
    for owner, function in planted:
        setattr(owner, function.__name__, function)
    serve.main()


if __name__ == "__main__":
    main()
