"""A connection that sends a frame where it arrives, while its socket takes what it is given.

It shows the cost of the task switch of each delivery. Frames that the socket does not take at once
wait in the outbox, as in the standard chat, and the connection's task sends them.
"""

from collections.abc import Coroutine
from typing import Any

from chat_core.eager_writer import EagerWriter
from fastapi_chat.room_connection import RoomConnection


class TunedRoomConnection(RoomConnection):
    """A connection with an eager writer; the module says what it shows."""

    async def send_outbox(self) -> None:
        await EagerWriter(self.conversation.outbox, self.sending).run()

    def sending(self, data: str | bytes) -> Coroutine[Any, Any, None]:
        # What `send_text` and `send_bytes` do, without their coroutine.
        kind = "text" if isinstance(data, str) else "bytes"
        return self.websocket.send({"type": "websocket.send", kind: data})
