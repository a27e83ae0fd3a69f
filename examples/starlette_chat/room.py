"""A member's stay in a room: the rules are `chat_core.rooms`, the sockets are Starlette's."""

import asyncio
import contextlib
import os
import sys
import time
import uuid

from starlette.websockets import WebSocket, WebSocketDisconnect

from chat_core import protocol_limits
from chat_core.conversation import Conversation
from chat_core.envelope import Envelope
from chat_core.handshake import Handshake, Identity
from chat_core.history import NoHistory
from chat_core.inbox import Inbox
from chat_core.rooms import Rooms, server_info
from chat_core.roster import MemoryRoster
from chat_core.settings import Settings

FRAMEWORK = "starlette"


class Chat:
    """The rooms of this process; it is the carrier of the envelopes itself."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.roster = MemoryRoster()
        server = server_info(FRAMEWORK, settings, os.environ, sys.argv[0])
        self.rooms = Rooms(settings, server, self.roster, NoHistory(), carrier=self)
        self._inboxes: dict[str, set[Inbox]] = {}
        self._heart: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the beat; only the first call has an effect."""
        if self._heart is None:
            self._heart = asyncio.create_task(self._beat())

    def stop(self) -> None:
        """End the beat."""
        if self._heart is not None:
            self._heart.cancel()

    def check(self) -> None:
        """Nothing can be away."""

    async def publish(self, room: str, envelope: Envelope) -> None:
        """Give an envelope to every member of the room."""
        for inbox in self._inboxes.get(room, ()):
            inbox.take(envelope)

    def enter(self, room: str, inbox: Inbox) -> None:
        """From now on, the inbox gets the room's envelopes."""
        self._inboxes.setdefault(room, set()).add(inbox)

    def leave(self, room: str, inbox: Inbox) -> None:
        """No further envelopes."""
        inboxes = self._inboxes.get(room, set())
        inboxes.discard(inbox)
        if not inboxes:
            self._inboxes.pop(room, None)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(protocol_limits.PROCESS_BEAT_SECONDS)
            await self.rooms.beat()


async def stay(chat: Chat, socket: WebSocket, handshake: Handshake, identity: Identity) -> None:
    """Join, receive and send, leave; then close if there is a reason."""
    ending = asyncio.Event()
    conversation = chat.rooms.conversation(
        uuid.uuid4().hex, handshake, identity, socket.scope, time.monotonic(), ending.set
    )
    chat.enter(conversation.room, conversation.inbox)
    try:
        welcome = await chat.rooms.enter(conversation)
        async with asyncio.TaskGroup() as loops:
            receiving = loops.create_task(_receive(chat, socket, conversation))
            sending = loops.create_task(_send(chat, socket, conversation, welcome))
            ended = loops.create_task(ending.wait())
            await asyncio.wait({receiving, ended}, return_when=asyncio.FIRST_COMPLETED)
            for task in (receiving, sending, ended):
                task.cancel()
    finally:
        chat.leave(conversation.room, conversation.inbox)
        await asyncio.shield(asyncio.create_task(chat.rooms.leave(conversation)))
    if conversation.ending is not None:
        await close(socket, *conversation.ending)


async def close(socket: WebSocket, code: int, reason: str) -> None:
    """Close, with some time for a slow reader; or find that the client has gone."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(protocol_limits.EVICT_SECONDS):
            await socket.close(code, reason)


async def _receive(chat: Chat, socket: WebSocket, conversation: Conversation) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        frame = (message.get("bytes") or b"") if text is None else text
        at = time.time_ns() // 1_000_000
        effect = conversation.receive(frame, time.monotonic(), at)
        if effect is not None:
            await chat.rooms.perform(conversation, effect)


async def _send(chat: Chat, socket: WebSocket, conversation: Conversation, welcome: str) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the client has gone
        await socket.send_text(welcome)
        async for data in chat.rooms.replay(conversation):
            await _send_one(socket, data)
        while True:
            await _send_one(socket, await conversation.outbox.take())


async def _send_one(socket: WebSocket, data: str | bytes) -> None:
    await (socket.send_text(data) if isinstance(data, str) else socket.send_bytes(data))
