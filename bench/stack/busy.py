"""A server process whose handler can be kept busy by a message.

`python -m bench.stack.busy SERVER APPLICATION FD`

The handler of a message "await SECONDS" waits so long, as for a slow database; the handler of a
message "block SECONDS" keeps the event loop, as a computation does. The rest is `chat_servers`'s.
"""

import asyncio
import time

from chat_core.conversation import Conversation, Effect
from chat_core.history import NewMessage
from chat_core.rooms import Rooms
from chat_servers import serve

_perform = Rooms.perform


async def perform(rooms: Rooms, conversation: Conversation, effect: Effect) -> None:
    """As `Rooms.perform`, later where the message asks for it."""
    if isinstance(effect, NewMessage):
        how, _, seconds = effect.text.partition(" ")
        if how == "await":
            await asyncio.sleep(float(seconds))
        elif how == "block":
            time.sleep(float(seconds))  # noqa: ASYNC251  (the effect that is meant)
    await _perform(rooms, conversation, effect)


def main() -> None:
    """Replace the handler, and serve until told to stop."""
    setattr(Rooms, "perform", perform)  # noqa: B010
    serve.main()


if __name__ == "__main__":
    main()
