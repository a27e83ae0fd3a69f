"""The WebSocket consumer: events of the connection and of the room, each with its handler."""

import asyncio
import contextlib
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import QueryDict
from redis.exceptions import RedisError

from chat_core import limits
from chat_core.close_codes import REASONS, CloseCode
from chat_core.codec import Encoded, RefusedFrameError, decode, encode
from chat_core.frames import (
    SUBPROTOCOL,
    Error,
    Joined,
    Left,
    Message,
    Ping,
    Pong,
    Say,
    Typing,
    UserTyping,
    Welcome,
)
from chat_core.handshake import Handshake, RefusedHandshakeError, read_handshake
from chat_core.outbox import Outbox
from chat_core.rate_limit import Rate, TokenBucket
from chat_core.unavailable import UnavailableError
from django_chat.chat import Chat, group_name, unavailable

chat = Chat(settings.CHAT)


class ChatConsumer(AsyncWebsocketConsumer):
    """One member's stay in a room."""

    member: Handshake | None = None
    consuming: asyncio.Task[Any] | None = None
    tasks: tuple[asyncio.Task[None], ...] = ()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Run the consumer; however it ends, the member leaves.

        `disconnect` alone would not do: a server that stops cancels its consumers.
        """
        chat.start()
        try:
            await super().__call__(scope, receive, send)
        except RedisError:  # nothing comes from the layer any more
            if self.member is None:
                raise
            await self.put_out(CloseCode.RESTART)
        finally:
            await self.leave()

    # The connection's events.

    async def connect(self) -> None:
        """Accept, and join the room; what is wrong is said by a close that a browser can see."""
        offered = self.scope["subprotocols"]
        await self.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        query = QueryDict(self.scope["query_string"])
        room = self.scope["url_route"]["kwargs"]["room"]
        try:
            handshake = read_handshake(
                room, query.get("name"), query.get("since"), guests=chat.settings.guests
            )
            await self.join(handshake)
        except RefusedHandshakeError as refused:
            await self.close(refused.code, refused.reason)
        except UnavailableError:
            await self.close(CloseCode.RESTART, REASONS[CloseCode.RESTART])

    async def disconnect(self, code: int) -> None:
        """The connection is gone."""
        await self.leave()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one frame of the member's, or answer what is wrong with it."""
        if self.member is None:
            return  # refused or put out, and not gone yet
        try:
            await self.receive_frame(text_data)
        except RefusedFrameError as refused:
            if self.patience.take(time.monotonic()):
                self.outbox.put(encode(refused.error))
            else:
                await self.put_out(CloseCode.POLICY_VIOLATION)

    # The room's events, by the channel layer.

    async def chat_deliver(self, event: dict[str, Any]) -> None:
        """A frame for the members of the room."""
        if event["but"] != self.channel_name:
            self.outbox.put(Encoded(event["text"], event["size"]))

    # What the member does.

    async def join(self, handshake: Handshake) -> None:
        """Enter the room: welcome first, then whatever came since."""
        self.enter(handshake)
        await self.join_group()
        presence = await chat.roster.join(handshake.room, self.channel_name, handshake.user)
        welcome = Welcome(
            user=handshake.user,
            room=handshake.room,
            server=chat.server,
            limits=chat.limits,
            seq=None,
            count=presence.count,
            members=presence.members,
        )
        # Told first: whoever comes after this welcome is not told of what its own one says already.
        if presence.count <= limits.PRESENCE_MEMBERS:
            await self.publish(encode(Joined(handshake.user, presence.count)), to_self=False)
        await self.send(text_data=encode(welcome).text)
        self.tasks = (
            asyncio.create_task(self.send_loop()),
            asyncio.create_task(self.put_out_when_slow()),
        )

    def enter(self, handshake: Handshake) -> None:
        """Become a member: an outbox, and what limits a member."""
        now = time.monotonic()
        self.member = handshake
        self.outbox = Outbox(chat.settings.outbox)
        self.rate = TokenBucket(chat.settings.rate_limit, now)
        self.typing_rate = TokenBucket(Rate(limits.TYPING_PER_SECOND, 1), now)
        self.patience = TokenBucket(
            Rate(limits.MISBEHAVIOUR_PER_SECOND, limits.MISBEHAVIOUR_BURST), now
        )
        self.consuming = asyncio.current_task()

    async def leave(self) -> None:
        """Leave the room, and tell the others; while Redis is away, the roster's beat will."""
        if self.member is None:
            return
        member, self.member = self.member, None
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()
        with contextlib.suppress(UnavailableError):
            await self.leave_group(member.room)
            count = await chat.roster.leave(member.room, self.channel_name)
            if 0 < count <= limits.PRESENCE_MEMBERS:
                await chat.publish(member.room, encode(Left(member.user, count)))

    async def join_group(self) -> None:
        """From now on the room's events come to this consumer."""
        assert self.member is not None
        with unavailable():
            await self.channel_layer.group_add(group_name(self.member.room), self.channel_name)

    async def leave_group(self, room: str) -> None:
        """No more of them."""
        with unavailable():
            await self.channel_layer.group_discard(group_name(room), self.channel_name)

    async def send_loop(self) -> None:
        """Send what waits in the outbox."""
        with contextlib.suppress(OSError):  # the connection is gone, and the consumer told so
            while True:
                await self.send(text_data=await self.outbox.take())

    async def receive_frame(self, text: str | None) -> None:
        """Take one frame; raises RefusedFrameError with the answer to one that is not in order."""
        if text is None:
            raise RefusedFrameError(Error("unsupported_media", "this server does not take images"))
        frame = decode(text)
        if isinstance(frame, Say):
            await self.say(frame)
        elif isinstance(frame, Typing):
            await self.typing()
        elif isinstance(frame, Ping):
            self.outbox.put(encode(Pong(frame.id)))

    async def say(self, frame: Say) -> None:
        """Give a message to all members, its sender included."""
        assert self.member is not None
        if not self.rate.take(time.monotonic()):
            raise RefusedFrameError(
                Error("rate_limited", "too many messages: this one was not sent", frame.id)
            )
        at = time.time_ns() // 1_000_000
        message = encode(Message(None, frame.id, self.member.user, frame.text, at))
        try:
            await self.publish(message)
        except UnavailableError:
            raise RefusedFrameError(
                Error("unavailable", "the message was not sent: try again", frame.id)
            ) from None

    async def typing(self) -> None:
        """Tell the others, at most once a second."""
        assert self.member is not None
        if self.typing_rate.take(time.monotonic()):
            with contextlib.suppress(UnavailableError):
                await self.publish(encode(UserTyping(self.member.user)), to_self=False)

    async def publish(self, frame: Encoded, *, to_self: bool = True) -> None:
        """Give a frame to the room."""
        assert self.member is not None
        await chat.publish(self.member.room, frame, but="" if to_self else self.channel_name)

    async def put_out_when_slow(self) -> None:
        """Put the member out once too much waits to be sent."""
        await self.outbox.overflow.wait()
        await self.put_out(CloseCode.TOO_SLOW)

    async def put_out(self, code: int) -> None:
        """Leave and close. A slow reader must first read up to here: it is given a while."""
        await self.leave()
        try:
            async with asyncio.timeout(limits.PUT_OUT_SECONDS):
                await self.close(code, REASONS[code])
        except TimeoutError:
            if self.consuming is not None:
                self.consuming.cancel()  # it will never read
        except OSError:
            pass  # it is gone
