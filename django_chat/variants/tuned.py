"""A consumer whose room's events come once for each process, not once for each member.

It shows the cost of the layer hop, the thread hop and the task switch of each delivery. The layer
carries an event to one channel of each process, and `LocalRooms` passes it directly to the room's
consumers. Channels' `dispatch` hops to a thread to close old database connections; this one does
not, for the chat has its connections in other threads. A frame is sent where it arrives, while the
socket takes what it is given.
"""

import asyncio
import logging
from typing import Any, Final

from channels.consumer import get_handler_name

from chat_core.conversation import Conversation
from chat_core.eager_writer import EagerWriter
from chat_core.envelope import Envelope
from django_chat.chat import layer, room_group
from django_chat.consumers import ChatConsumer

logger = logging.getLogger(__name__)

_PAUSE_SECONDS: Final = 0.1


class LocalRooms:
    """The rooms with consumers in this process, with one channel for all of them."""

    def __init__(self) -> None:
        self._rooms: dict[str, set[TunedChatConsumer]] = {}
        self._channel: str | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._joining = asyncio.Lock()

    async def join(self, room: str, consumer: "TunedChatConsumer") -> None:
        """From now on, this consumer gets the room's events."""
        async with self._joining:
            if self._channel is None:
                self._channel = await layer().new_channel()
                self._receiving = asyncio.create_task(self._receive(self._channel))
            if room not in self._rooms:
                await layer().group_add(room_group(room), self._channel)
            self._rooms.setdefault(room, set()).add(consumer)

    async def leave(self, room: str, consumer: "TunedChatConsumer") -> None:
        """This consumer gets no more events of the room."""
        async with self._joining:
            consumers = self._rooms.get(room, set())
            consumers.discard(consumer)
            if not consumers and self._rooms.pop(room, None) is not None and self._channel:
                await layer().group_discard(room_group(room), self._channel)

    async def _receive(self, channel: str) -> None:
        """Receive for all consumers of this process; an error must not end this."""
        while True:
            try:
                await self._hand_on(await layer().receive(channel))
            except Exception:
                logger.exception("an event was not delivered")
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _hand_on(self, event: dict[str, Any]) -> None:
        if event["type"] == "chat.catch_up":
            await self._catch_up(event)
            return
        envelope = Envelope(
            event["data"], event["size"], event["exclude"], event["seq"], event["version"]
        )
        for consumer in self._rooms.get(event["room"], ()):
            if consumer.conversation is not None:
                consumer.conversation.inbox.take(envelope)

    async def _catch_up(self, event: dict[str, Any]) -> None:
        for room in [event["room"]] if "room" in event else tuple(self._rooms):
            for consumer in tuple(self._rooms.get(room, ())):
                await consumer.chat_catch_up(event)


local_rooms = LocalRooms()


class TunedChatConsumer(ChatConsumer):
    """A consumer in `LocalRooms`; the module says what it shows."""

    async def dispatch(self, message: Any) -> None:
        """Call the event's handler. There are no database connections here to close first."""
        await getattr(self, get_handler_name(message))(message)

    async def join_room(self, room: str) -> None:
        await local_rooms.join(room, self)

    async def leave_room(self, room: str) -> None:
        await local_rooms.leave(room, self)

    async def send_outbox(self, conversation: Conversation) -> None:
        await EagerWriter(conversation.outbox, self.send_frame).run()
