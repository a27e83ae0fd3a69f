"""The WebSocket endpoint: a member comes, a loop receives, a member goes."""

import asyncio
import contextlib
import time
import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, WebSocket, WebSocketDisconnect
from starlette.convertors import Convertor, register_url_convertor

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
from fastapi_chat.chat import Chat
from fastapi_chat.dependencies import ChatDependency, check_origin
from fastapi_chat.member import Member

router = APIRouter()


class AnythingConvertor(Convertor[str]):
    """Unlike `path`, takes line feeds, too; and so leaves none out at the end."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", AnythingConvertor())


@router.websocket("/ws/rooms/{room:anything}", dependencies=[Depends(check_origin)])
async def room_socket(
    websocket: WebSocket,
    chat: ChatDependency,
    room: str,
    name: Annotated[str | None, Query()] = None,
    since: Annotated[str | None, Query()] = None,
) -> None:
    """A member's connection, from handshake to close."""
    offered = websocket.scope["subprotocols"]
    await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
    try:
        handshake = read_handshake(room, name, since, guests=chat.settings.guests)
    except RefusedHandshakeError as refused:
        await websocket.close(refused.code, refused.reason)
        return
    await Session(chat, websocket, handshake).run()


class Session:
    """One member's stay in a room: a loop that receives, and a loop that sends."""

    def __init__(self, chat: Chat, websocket: WebSocket, handshake: Handshake) -> None:
        now = time.monotonic()
        self.chat = chat
        self.websocket = websocket
        self.outbox = Outbox(chat.settings.outbox)
        self.member = Member(
            uuid.uuid4().hex, handshake.user, handshake.room, websocket, self.outbox
        )
        self.rate = TokenBucket(chat.settings.rate_limit, now)
        self.typing_rate = TokenBucket(Rate(limits.TYPING_PER_SECOND, 1), now)
        self.patience = TokenBucket(
            Rate(limits.MISBEHAVIOUR_PER_SECOND, limits.MISBEHAVIOUR_BURST), now
        )

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

    async def join(self) -> None:
        """Enter the room: welcome first, then whatever came since."""
        await self.chat.fanout.join(self.member)
        presence = await self.chat.roster.join(self.member.room, self.member.id, self.member.user)
        welcome = Welcome(
            user=self.member.user,
            room=self.member.room,
            server=self.chat.server,
            limits=self.chat.limits,
            seq=None,
            count=presence.count,
            members=presence.members,
        )
        # Told first: whoever comes after this welcome is not told of what its own one says already.
        if presence.count <= limits.PRESENCE_MEMBERS:
            await self.publish(encode(Joined(self.member.user, presence.count)), to_self=False)
        await self.websocket.send_text(encode(welcome).text)

    async def leave(self) -> None:
        """Leave the room, and tell the others; while Redis is away, the roster's beat will."""
        await self.chat.fanout.leave(self.member)
        with contextlib.suppress(UnavailableError):
            count = await self.chat.roster.leave(self.member.room, self.member.id)
            if 0 < count <= limits.PRESENCE_MEMBERS:
                await self.publish(encode(Left(self.member.user, count)))

    async def converse(self) -> int | None:
        """Receive and send until the other side is gone, or until too much waits to be sent.

        That nothing can be sent any more ends nothing: what was said before is still received.
        """
        receiving = asyncio.create_task(self.receive_loop())
        sending = asyncio.create_task(self.send_loop())
        overflow = asyncio.create_task(self.outbox.overflow.wait())
        ending = {receiving, overflow}
        try:
            done, _ = await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*ending, sending):
                task.cancel()
            await asyncio.gather(*ending, sending, return_exceptions=True)
        return CloseCode.TOO_SLOW if overflow in done else receiving.result()

    async def receive_loop(self) -> int | None:
        """Take the member's frames, one after another."""
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            try:
                await self.receive(message.get("text"))
            except RefusedFrameError as refused:
                if not self.patience.take(time.monotonic()):
                    return CloseCode.POLICY_VIOLATION
                self.outbox.put(encode(refused.error))

    async def send_loop(self) -> None:
        """Send what waits in the outbox."""
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await self.websocket.send_text(await self.outbox.take())

    async def receive(self, text: str | None) -> None:
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
        if self.typing_rate.take(time.monotonic()):
            with contextlib.suppress(UnavailableError):
                await self.publish(encode(UserTyping(self.member.user)), to_self=False)

    async def publish(self, frame: Encoded, *, to_self: bool = True) -> None:
        """Give a frame to the room."""
        await self.chat.fanout.publish(
            self.member.room, frame, but="" if to_self else self.member.id
        )

    async def close(self, code: int) -> None:
        """Close. A reader that was put out must first read up to here: it is given a while."""
        try:
            async with asyncio.timeout(limits.PUT_OUT_SECONDS):
                await self.websocket.close(code, REASONS[code])
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass  # the other side is gone, or will never read
