"""`python -m tests.bench.leaking BYTES SERVER APPLICATION FD`: it keeps BYTES for each connection.

The planted effect of the experiments `connections` and `soak`.
"""

import sys

from chat_core.conversation import Conversation
from chat_core.rooms import Rooms
from chat_servers import serve

_enter = Rooms.enter
_kept: list[bytes] = []
_sizes: list[int] = []


async def enter(rooms: Rooms, conversation: Conversation) -> str:
    # Not zeros: pages that are never written take no memory.
    _kept.append(b"x" * _sizes[0])
    return await _enter(rooms, conversation)


def main() -> None:
    """Plant the leak, and serve until told to stop."""
    _sizes.append(int(sys.argv.pop(1)))
    setattr(Rooms, "enter", enter)  # noqa: B010
    serve.main()


if __name__ == "__main__":
    main()
