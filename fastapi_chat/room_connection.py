"""A member's stay in a room: a loop that receives, and a loop that sends."""

import asyncio
import contextlib
import time
import uuid
from functools import partial

from fastapi import WebSocket, WebSocketDisconnect

from chat_core import protocol_limits
from chat_core.close_codes import REASONS, SIGNED_OUT_REASON, CloseCode
from chat_core.codec import RefusedFrameError, decode, encode, refused
from chat_core.envelope import Envelope, Signal, wrap
from chat_core.frames import (
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
from chat_core.handshake import Handshake, Identity, not_signed_in
from chat_core.history import NewMessage
from chat_core.images import decode_image
from chat_core.inbox import Inbox
from chat_core.outbox import Outbox
from chat_core.rate_limit import MemberRates
from chat_core.replay import catch_up, encode_message, replay
from chat_core.unavailable import UnavailableError
from fastapi_chat.accounts.identity import session_alive
from fastapi_chat.chat import Chat, room_topic, session_topic
from fastapi_chat.fanout import TooLargeError
from fastapi_chat.member import Member


class RoomConnection:
    """What is there for as long as a member stays."""

    def __init__(
        self, chat: Chat, websocket: WebSocket, handshake: Handshake, identity: Identity
    ) -> None:
        self.chat = chat
        self.websocket = websocket
        self.room = handshake.room
        self.since = handshake.since
        self.present = False
        self.newest: int | None = None
        self.identity = identity
        self.ending: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        """The close code, once there is a reason to put the member out."""
        self.outbox = Outbox(chat.settings.outbox, partial(self.evict, CloseCode.TOO_SLOW))
        member_id = uuid.uuid4().hex
        self.inbox = Inbox(member_id, self.outbox)
        self.member = Member(member_id, websocket, self.inbox, self.signalled)
        self.rates = MemberRates(chat.settings.rate_limit, time.monotonic())
        self.catching_up: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Join, converse, leave; then close, if the other side has not."""
        try:
            await self.join()
            closing = await self.converse()
        except UnavailableError:
            closing = CloseCode.RESTART
        except WebSocketDisconnect:
            closing = None
        finally:
            await self.leave()
        if closing is not None:
            await self.close(closing)

    # Coming and going.

    async def join(self) -> None:
        """Enter the room: welcome first, then whatever came since."""
        await self.join_topics()
        self.present = True
        presence = await self.chat.roster.join(self.room, self.member.id, self.identity.user)
        self.newest = await self.chat.history.newest(self.room)
        welcome = self.chat.welcome(self.identity.user, self.room, self.newest, presence)
        self.inbox.open(self.newest, presence.version)
        # Told first: whoever comes after this welcome is not told of what its own one says already.
        if presence.count <= protocol_limits.PRESENCE_MEMBERS:
            joined = encode(Joined(self.identity.user, presence.count))
            await self.publish(wrap(joined, exclude=self.member.id, version=presence.version))
        await self.send(encode(welcome).data)

    async def join_topics(self) -> None:
        """From now on what is published to the room, and about the session, reaches the member."""
        await self.chat.fanout.join(room_topic(self.room), self.member)
        if self.identity.session:
            await self.chat.fanout.join(session_topic(self.identity.session), self.member)
            if not await session_alive(self.chat, self.identity):
                raise not_signed_in(SIGNED_OUT_REASON)

    async def leave(self) -> None:
        """Leave the room, and tell the others; while Redis is away, the roster's beat will."""
        if self.catching_up is not None:
            self.catching_up.cancel()
        await self.chat.fanout.leave(room_topic(self.room), self.member)
        if self.identity.session:
            await self.chat.fanout.leave(session_topic(self.identity.session), self.member)
        if not self.present:
            return
        with contextlib.suppress(UnavailableError):
            absence = await self.chat.roster.leave(self.room, self.member.id)
            if 0 < absence.count <= protocol_limits.PRESENCE_MEMBERS:
                left = encode(Left(self.identity.user, absence.count))
                await self.publish(wrap(left, version=absence.version))

    async def converse(self) -> int | None:
        """Receive and send until the other side is gone, or there is a reason to put it out.

        That nothing can be sent any more ends nothing: what was said before is still received.
        """
        async with asyncio.TaskGroup() as loops:
            receiving = loops.create_task(self.receive_loop())
            sending = loops.create_task(self.send_loop())
            await asyncio.wait({receiving, self.ending}, return_when=asyncio.FIRST_COMPLETED)
            receiving.cancel()
            sending.cancel()
        return self.ending.result() if self.ending.done() else receiving.result()

    # What the member sends.

    async def receive_loop(self) -> int | None:
        """Take the member's frames, one after another."""
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            try:
                await self.receive(message.get("text"), message.get("bytes"))
            except RefusedFrameError as refusal:
                if not self.rates.refusals.take(time.monotonic()):
                    return CloseCode.POLICY_VIOLATION
                self.outbox.put(encode(refusal.error))
            except WebSocketDisconnect:  # of whom the tutorial's fan-out sends to from here
                return None

    async def receive(self, text: str | None, data: bytes | None) -> None:
        """Take one frame; raises RefusedFrameError with the answer to one that is not in order."""
        if text is None:
            image = decode_image(data or b"", self.chat.settings.max_image_bytes)
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
            self.chat.fanout.check()
            seq = await self.commit(said)
        except UnavailableError:
            raise refused("unavailable", said_id) from None
        except TooLargeError as exc:
            raise refused("too_large", said_id, str(exc)) from None
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
        seq = await self.chat.history.append(said)
        try:
            await self.publish(wrap(encode_message(said, seq), seq=seq))
        except UnavailableError:
            if seq is None:
                raise
            self.chat.catch_up_later(self.room)
        return seq

    async def typing(self) -> None:
        """Tell the others, at most once a second."""
        if self.rates.typing.take(time.monotonic()):
            typing = encode(UserTyping(self.identity.user))
            with contextlib.suppress(UnavailableError):
                await self.publish(wrap(typing, exclude=self.member.id))

    async def publish(self, envelope: Envelope) -> None:
        """Give a frame to the room."""
        await self.chat.fanout.publish(room_topic(self.room), envelope)

    # What the member is sent.

    async def catch_up(self) -> None:
        """Deliver what did not arrive; that the session has ended may be among it."""
        await catch_up(self.chat.history, self.room, self.inbox)
        with contextlib.suppress(UnavailableError):
            if not await session_alive(self.chat, self.identity):
                self.evict(CloseCode.NOT_SIGNED_IN)

    async def send_loop(self) -> None:
        """Send what was missed, then what waits in the outbox."""
        with contextlib.suppress(WebSocketDisconnect):
            if self.since is not None and self.newest is not None:
                async for frame in replay(self.chat.history, self.room, self.since, self.newest):
                    await self.send(frame.data)
            while True:
                await self.send(await self.outbox.take())

    async def send(self, data: str | bytes) -> None:
        """Send a text or a binary frame."""
        if isinstance(data, str):
            await self.websocket.send_text(data)
        else:
            await self.websocket.send_bytes(data)

    def signalled(self, signal: Signal) -> None:
        """The fan-out tells of the session, or that something may not have arrived."""
        if signal == "signed_out":
            self.evict(CloseCode.NOT_SIGNED_IN)
        elif self.catching_up is None or self.catching_up.done():
            self.catching_up = asyncio.create_task(self.catch_up())

    def evict(self, code: int) -> None:
        """End the conversation, for the first reason that there is."""
        if not self.ending.done():
            self.ending.set_result(code)

    async def close(self, code: int) -> None:
        """Close. A reader that was put out must first read up to here: it is given a while."""
        reason = SIGNED_OUT_REASON if code == CloseCode.NOT_SIGNED_IN else REASONS[code]
        try:
            async with asyncio.timeout(protocol_limits.EVICT_SECONDS):
                await self.websocket.close(code, reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass  # the other side is gone, or will never read
