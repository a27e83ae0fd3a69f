"""`python -m tests.bench.leaking SERVER APPLICATION FD`: a chat that keeps 64 KiB a connection.

The planted effect of the experiment `connections`.
"""

from chat_core.conversation import Conversation
from chat_core.rooms import Rooms
from chat_servers import serve

KEPT = 64 * 1024

_enter = Rooms.enter
_kept: list[bytes] = []


async def enter(rooms: Rooms, conversation: Conversation) -> str:
    # Not zeros: pages that are never written take no memory.
    _kept.append(b"x" * KEPT)
    return await _enter(rooms, conversation)


def main() -> None:
    """Plant the leak, and serve until told to stop."""
    setattr(Rooms, "enter", enter)  # noqa: B010
    serve.main()


if __name__ == "__main__":
    main()
