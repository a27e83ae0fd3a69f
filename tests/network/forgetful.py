"""`python -m tests.network.forgetful SERVER APPLICATION FD`: a replay without its first message.

The planted effect of the experiment `network`.
"""

from collections.abc import AsyncIterator

from chat_core.conversation import Conversation
from chat_core.rooms import Rooms
from chat_servers import serve

_replay = Rooms.replay


async def replay(rooms: Rooms, conversation: Conversation) -> AsyncIterator[str | bytes]:
    frames = _replay(rooms, conversation)
    await anext(frames, None)
    async for frame in frames:
        yield frame


def main() -> None:
    """Plant the loss, and serve until told to stop."""
    setattr(Rooms, "replay", replay)  # noqa: B010
    serve.main()


if __name__ == "__main__":
    main()
