"""The WebSocket consumer: events of the connection and of the room, each with its handler."""

import asyncio
import contextlib
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import QueryDict
from redis.exceptions import RedisError

from chat_core import protocol_limits
from chat_core.close_codes import REASONS, SIGNED_OUT_REASON, CloseCode
from chat_core.codec import RefusedFrameError, decode, encode, refused
from chat_core.envelope import Envelope, wrap
from chat_core.frames import (
    SUBPROTOCOL,
    Ack,
    Joined,
    Left,
    Picture,
    Ping,
    Pong,
    Say,
    Typing,
    UserTyping,
)
from chat_core.handshake import (
    Handshake,
    Identity,
    RefusedHandshakeError,
    not_signed_in,
    read_handshake,
)
from chat_core.history import NewMessage
from chat_core.images import decode_image
from chat_core.inbox import Inbox
from chat_core.outbox import Outbox
from chat_core.rate_limit import MemberRates
from chat_core.replay import catch_up, encode_message, replay
from chat_core.unavailable import UnavailableError
from django_chat.accounts.identity import identify, session_alive
from django_chat.chat import chat, room_group, session_group, unavailable


class ChatConsumer(AsyncWebsocketConsumer):
    """One member's stay in a room."""

    inside = False
    present = False
    newest: int | None = None
    consuming: asyncio.Task[Any] | None = None
    catching_up: asyncio.Task[None] | None = None
    sending: asyncio.Task[None] | None = None
    evicting: asyncio.Task[None] | None = None
    slow = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Run the consumer; however it ends, the member leaves.

        Not in `disconnect`, which is not called where a server that stops cancels its consumers.
        """
        await chat.start()
        try:
            await super().__call__(scope, receive, send)
        except RedisError:  # nothing comes from the layer any more
            if not self.inside:
                raise
            await self.evict(CloseCode.RESTART)
        finally:
            await self.leave()

    # The connection's events.

    async def connect(self) -> None:
        """Accept, and join the room; what is wrong is said by a close that a browser can see."""
        await self.accept(SUBPROTOCOL if SUBPROTOCOL in self.scope["subprotocols"] else None)
        query = QueryDict(self.scope["query_string"])
        try:
            room = self.scope["url_route"]["kwargs"]["room"]
            handshake = read_handshake(room, query.get("since"))
            await self.join(handshake, await identify(chat, self.scope, query.get("name")))
        except RefusedHandshakeError as refusal:
            await self.refuse(refusal.code, refusal.reason)
        except UnavailableError:
            await self.refuse(CloseCode.RESTART, REASONS[CloseCode.RESTART])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one frame of the member's, or answer what is wrong with it."""
        if not self.inside:
            return  # refused or put out, and not gone yet
        try:
            await self.receive_frame(text_data, bytes_data)
        except RefusedFrameError as refusal:
            if self.rates.refusals.take(time.monotonic()):
                self.outbox.put(encode(refusal.error))
            else:
                await self.evict(CloseCode.POLICY_VIOLATION)

    # The events of the room and of the session, by the channel layer.

    async def chat_deliver(self, event: dict[str, Any]) -> None:
        """A frame for the members of the room."""
        self.inbox.take(
            Envelope(event["data"], event["size"], event["exclude"], event["seq"], event["version"])
        )

    async def chat_catch_up(self, event: dict[str, Any]) -> None:
        """Something may not have arrived."""
        if self.inside and (self.catching_up is None or self.catching_up.done()):
            self.catching_up = asyncio.create_task(self.catch_up())

    async def chat_signed_out(self, event: dict[str, Any]) -> None:
        """The session that the member came with has ended."""
        await self.evict(CloseCode.NOT_SIGNED_IN, SIGNED_OUT_REASON)

    # Coming and going.

    async def join(self, handshake: Handshake, identity: Identity) -> None:
        """Enter the room: welcome first, then whatever came since."""
        self.enter(handshake, identity)
        await self.join_groups()
        self.present = True
        presence = await chat.roster.join(self.room, self.channel_name, identity.user)
        self.newest = await chat.history.newest(self.room)
        welcome = chat.welcome(identity.user, self.room, self.newest, presence)
        self.inbox.open(self.newest, presence.version)
        # Told first: whoever comes after this welcome is not told of what its own one says already.
        if presence.count <= protocol_limits.PRESENCE_MEMBERS:
            joined = encode(Joined(identity.user, presence.count))
            await self.publish(wrap(joined, exclude=self.channel_name, version=presence.version))
        await self.send_frame(encode(welcome).data)
        self.sending = asyncio.create_task(self.send_loop())
        if self.slow:
            self.overflowed()

    def enter(self, handshake: Handshake, identity: Identity) -> None:
        """Become a member: an outbox, and what limits a member."""
        self.inside = True
        self.room = handshake.room
        self.since = handshake.since
        self.identity = identity
        self.outbox = Outbox(chat.settings.outbox, self.overflowed)
        self.inbox = Inbox(self.channel_name, self.outbox)
        self.rates = MemberRates(chat.settings.rate_limit, time.monotonic())
        self.consuming = asyncio.current_task()

    async def join_groups(self) -> None:
        """From now on the events of the room, and of the session, come to this consumer."""
        with unavailable():
            await self.join_room()
            if self.identity.session:
                group = session_group(self.identity.session)
                await self.channel_layer.group_add(group, self.channel_name)
        if not await session_alive(chat, self.identity):
            raise not_signed_in(SIGNED_OUT_REASON)

    async def join_room(self) -> None:
        """From now on the room's events come to this consumer."""
        await self.channel_layer.group_add(room_group(self.room), self.channel_name)

    async def leave_room(self) -> None:
        """No more of them."""
        await self.channel_layer.group_discard(room_group(self.room), self.channel_name)

    async def leave(self) -> None:
        """Leave the room, and tell the others; while Redis is away, the roster's beat will."""
        if not self.inside:
            return
        self.inside = False
        for task in (self.sending, self.catching_up):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        with contextlib.suppress(UnavailableError):
            await self.leave_groups()
        if not self.present:
            return
        with contextlib.suppress(UnavailableError):
            absence = await chat.roster.leave(self.room, self.channel_name)
            if 0 < absence.count <= protocol_limits.PRESENCE_MEMBERS:
                left = encode(Left(self.identity.user, absence.count))
                await self.publish(wrap(left, version=absence.version))

    async def leave_groups(self) -> None:
        """No more events."""
        with unavailable():
            await self.leave_room()
            if self.identity.session:
                group = session_group(self.identity.session)
                await self.channel_layer.group_discard(group, self.channel_name)

    # What the member sends.

    async def receive_frame(self, text: str | None, data: bytes | None) -> None:
        """Take one frame; raises RefusedFrameError with the answer to one that is not in order."""
        if text is None:
            image = decode_image(data or b"", chat.settings.max_image_bytes)
            await self.say(image.id, picture=image.picture)
            return
        frame = decode(text)
        if isinstance(frame, Say):
            await self.say(frame.id, frame.text)
        elif isinstance(frame, Typing):
            await self.typing()
        elif isinstance(frame, Ping):
            self.outbox.put(encode(Pong(frame.id)))

    async def say(self, said_id: str, text: str = "", picture: Picture | None = None) -> None:
        """Give a message to all members, its sender included, and confirm that it is kept."""
        if not self.rates.messages.take(time.monotonic()):
            raise refused("rate_limited", said_id)
        at = time.time_ns() // 1_000_000
        said = NewMessage(self.room, self.identity.user, said_id, at, text, picture)
        try:
            chat.check_layer()
            seq = await self.commit(said)
        except UnavailableError:
            raise refused("unavailable", said_id) from None
        if seq is not None:
            self.outbox.put(encode(Ack(said_id, seq)))

    async def commit(self, said: NewMessage) -> int | None:
        """Keep a message and give it to the room; without a history, give it to the room alone.

        Whoever goes meanwhile does not take with him what is committed and not yet told.
        """
        keeping = self.keep_and_publish(said)
        return await (keeping if self.newest is None else asyncio.shield(keeping))

    async def keep_and_publish(self, said: NewMessage) -> int | None:
        """What is kept, and cannot be published, the members read later."""
        seq = await chat.history.append(said)
        try:
            await self.publish(wrap(encode_message(said, seq), seq=seq))
        except UnavailableError:
            if seq is None:
                raise
            chat.catch_up_later(self.room)
        return seq

    async def typing(self) -> None:
        """Tell the others, at most once a second."""
        if self.rates.typing.take(time.monotonic()):
            typing = encode(UserTyping(self.identity.user))
            with contextlib.suppress(UnavailableError):
                await self.publish(wrap(typing, exclude=self.channel_name))

    async def publish(self, envelope: Envelope) -> None:
        """Give a frame to the room."""
        await chat.publish(self.room, envelope)

    # What the member is sent.

    async def catch_up(self) -> None:
        """Deliver what did not arrive; that the session has ended may be among it."""
        await catch_up(chat.history, self.room, self.inbox)
        with contextlib.suppress(UnavailableError):
            if not await session_alive(chat, self.identity):
                await self.chat_signed_out({})

    async def send_loop(self) -> None:
        """Send what was missed, then what waits in the outbox."""
        with contextlib.suppress(OSError):  # the connection is gone, and the consumer told so
            if self.since is not None and self.newest is not None:
                async for frame in replay(chat.history, self.room, self.since, self.newest):
                    await self.send_frame(frame.data)
            while True:
                await self.send_frame(await self.outbox.take())

    async def send_frame(self, data: str | bytes) -> None:
        """Send a text or a binary frame."""
        if isinstance(data, str):
            await self.send(text_data=data)
        else:
            await self.send(bytes_data=data)

    def overflowed(self) -> None:
        """Too much waits to be sent: put the member out, or after it has joined."""
        self.slow = True
        if self.sending is not None:
            self.evicting = asyncio.create_task(self.evict(CloseCode.TOO_SLOW))

    async def refuse(self, code: int, reason: str) -> None:
        """Leave what was entered already, so that no frame is taken any more, and close."""
        await self.leave()
        await self.close(code, reason)

    async def evict(self, code: int, reason: str = "") -> None:
        """Leave and close, once. A slow reader must first read up to here: it is given a while."""
        if not self.inside:
            return
        await self.leave()
        try:
            async with asyncio.timeout(protocol_limits.EVICT_SECONDS):
                await self.close(code, reason or REASONS[code])
        except TimeoutError:
            if self.consuming is not None:
                self.consuming.cancel()  # it will never read
        except OSError:
            pass  # it is gone
