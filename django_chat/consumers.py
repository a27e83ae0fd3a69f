"""The WebSocket consumer: a handler for each event of the connection and of the room."""

import asyncio
import contextlib
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import QueryDict
from redis.exceptions import RedisError

from chat_core import protocol_limits
from chat_core.close_codes import REASONS, SIGNED_OUT_REASON, CloseCode
from chat_core.conversation import Conversation
from chat_core.envelope import Envelope
from chat_core.frames import SUBPROTOCOL
from chat_core.handshake import (
    RefusedHandshakeError,
    invitation_in,
    not_signed_in,
    read_handshake,
)
from chat_core.unavailable import FailedError, UnavailableError
from django_chat.accounts.identity import identify, session_alive
from django_chat.admission import admit
from django_chat.chat import chat, room_group, unavailable


class ChatConsumer(AsyncWebsocketConsumer):
    """One member's stay in a room; Channels calls a handler for each event."""

    conversation: Conversation | None = None
    consuming: asyncio.Task[Any] | None = None
    sending: asyncio.Task[None] | None = None
    closing: asyncio.Task[None] | None = None
    leaving: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Run the consumer; at any end of it, the member leaves.

        `disconnect` is not enough: a stopping server cancels its consumers without calling it.
        """
        await chat.start()
        try:
            await super().__call__(scope, receive, send)
        except RedisError:  # the layer delivers no more events
            if self.conversation is None:
                raise
            await self.close_and_leave(CloseCode.RESTART)
        except Exception as exc:  # a mistake of the chat
            chat.rooms.failed(exc)
            await self.close_and_leave(CloseCode.INTERNAL_ERROR)
        finally:
            await self.leave()

    # Events of the connection.

    async def connect(self) -> None:
        """Accept, then join: a browser sees the reason of a close only after accept."""
        await self.accept(SUBPROTOCOL if SUBPROTOCOL in self.scope["subprotocols"] else None)
        query = QueryDict(self.scope["query_string"])
        try:
            room = self.scope["url_route"]["kwargs"]["room"]
            handshake = read_handshake(room, query.get("since"))
            identity = await identify(chat, self.scope, query.get("name"))
            invitation = invitation_in(self.scope["subprotocols"])
            handshake = await admit(chat, handshake, identity, invitation)
            self.conversation = chat.rooms.conversation(
                self.channel_name, handshake, identity, self.scope, time.monotonic(), self.ended
            )
            await self.join(self.conversation)
        except RefusedHandshakeError as refusal:
            await self.close_and_leave(refusal.code, refusal.reason)
        except FailedError:
            await self.close_and_leave(CloseCode.INTERNAL_ERROR)
        except UnavailableError:
            await self.close_and_leave(CloseCode.RESTART)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A frame from the member."""
        if self.conversation is None:
            return  # the member is refused and not disconnected yet
        frame = (bytes_data or b"") if text_data is None else text_data
        at = time.time_ns() // 1_000_000
        effect = self.conversation.receive(frame, time.monotonic(), at)
        if effect is not None:
            await chat.rooms.perform(self.conversation, effect)

    # Events of the room and of the session, from the channel layer.

    async def chat_deliver(self, event: dict[str, Any]) -> None:
        """A frame for the members of the room."""
        if self.conversation is not None:
            self.conversation.inbox.take(
                Envelope(
                    event["data"],
                    event["size"],
                    event["exclude"],
                    event["seq"],
                    event["version"],
                )
            )

    async def chat_catch_up(self, event: dict[str, Any]) -> None:
        """Some message may not have arrived."""
        if self.conversation is not None and self.leaving is None:
            chat.rooms.catch_up(self.conversation)

    async def chat_signed_out(self, event: dict[str, Any]) -> None:
        """The session has ended, or the guest's name was registered."""
        if self.conversation is not None:
            self.conversation.sign_out()

    # Coming and going.

    async def join(self, conversation: Conversation) -> None:
        """Enter the room: from now on, this consumer gets its events."""
        self.consuming = asyncio.current_task()
        with unavailable():
            await self.join_room(conversation.room)
            if group := chat.identities.enter(conversation.identity, self.channel_name):
                await self.channel_layer.group_add(group, self.channel_name)
        if not await session_alive(chat, conversation.identity):
            raise not_signed_in(SIGNED_OUT_REASON)
        welcome = await chat.rooms.enter(conversation)
        self.sending = asyncio.create_task(self.send_loop(conversation, welcome))
        if conversation.ending is not None:
            self.ended()

    async def join_room(self, room: str) -> None:
        """Add this consumer's channel to the room's group."""
        await self.channel_layer.group_add(room_group(room), self.channel_name)

    async def leave_room(self, room: str) -> None:
        """Remove this consumer's channel from the room's group."""
        await self.channel_layer.group_discard(room_group(room), self.channel_name)

    async def leave(self) -> None:
        """Leave the room once and completely, even if the consumer is cancelled meanwhile."""
        if self.conversation is not None:
            if self.leaving is None:
                self.leaving = asyncio.create_task(self.leave_everything(self.conversation))
            await asyncio.shield(self.leaving)

    async def leave_everything(self, conversation: Conversation) -> None:
        """Stop sending, leave the groups, and inform the others."""
        if self.sending is not None:
            self.sending.cancel()
        group = chat.identities.leave(conversation.identity, self.channel_name)
        with contextlib.suppress(UnavailableError), unavailable():
            await self.leave_room(conversation.room)
            if group:
                await self.channel_layer.group_discard(group, self.channel_name)
        await chat.rooms.leave(conversation)

    # What the member is sent.

    async def send_loop(self, conversation: Conversation, welcome: str) -> None:
        """Send the welcome, the replay, then the frames of the outbox."""
        try:
            await self.send_frame(welcome)
            async for data in chat.rooms.replay(conversation):
                await self.send_frame(data)
            await self.send_outbox(conversation)
        except OSError:
            pass  # the member is gone; `disconnect` follows
        except Exception as exc:  # a mistake of the chat
            chat.rooms.failed(exc)
            self.closing = asyncio.create_task(self.close_and_leave(CloseCode.INTERNAL_ERROR))

    async def send_outbox(self, conversation: Conversation) -> None:
        """Send the frames of the outbox, one after another."""
        while True:
            await self.send_frame(await conversation.outbox.take())

    async def send_frame(self, data: str | bytes) -> None:
        """Send a text or a binary frame. Raises OSError if the member is gone."""
        try:
            if isinstance(data, str):
                await self.send(text_data=data)
            else:
                await self.send(bytes_data=data)
        except RuntimeError as exc:  # this is how servers report a connection that has just closed
            raise ConnectionResetError from exc

    # Closing.

    def ended(self) -> None:
        """The conversation has a reason to close; during a join, `join` handles it."""
        if self.sending is not None and self.conversation and self.conversation.ending:
            code, reason = self.conversation.ending
            self.closing = asyncio.create_task(self.close_and_leave(code, reason))

    async def close_and_leave(self, code: int, reason: str = "") -> None:
        """Leave, then close. A slow reader gets some time to read up to the close frame."""
        chat.rooms.metrics.closed(code)
        await self.leave()
        try:
            async with asyncio.timeout(protocol_limits.EVICT_SECONDS):
                await self.close(code, reason or REASONS[code])
        except TimeoutError:
            if self.consuming is not None:
                self.consuming.cancel()  # the member will never read
        except (OSError, RuntimeError):
            pass  # the connection is gone
