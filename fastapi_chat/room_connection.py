"""A member's stay in a room: a receive loop and a send loop."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Coroutine, Iterator
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from chat_core import protocol_limits
from chat_core.close_codes import SIGNED_OUT_REASON, CloseCode
from chat_core.envelope import Signal
from chat_core.handshake import Handshake, Identity, not_signed_in
from chat_core.unavailable import FailedError, UnavailableError
from fastapi_chat.accounts.identity import session_alive
from fastapi_chat.chat import Chat, room_topic
from fastapi_chat.member import Member


class RoomConnection:
    """One member's stay in a room; it ends with `run`."""

    def __init__(
        self,
        chat: Chat,
        websocket: WebSocket,
        handshake: Handshake,
        identity: Identity,
    ) -> None:
        self.chat = chat
        self.websocket = websocket
        self.ending = asyncio.Event()
        """Set when there is a reason to close the connection."""
        member = uuid.uuid4().hex
        self.conversation = chat.rooms.conversation(
            member, handshake, identity, websocket.scope, time.monotonic(), self.ending.set
        )
        self.member = Member(member, websocket, self.conversation.inbox, self.signalled)

    async def run(self) -> None:
        """Join, receive and send, leave; then close if there is a reason."""
        try:
            await self.receive_and_send(await self.join())
        except FailedError:
            self.conversation.end(CloseCode.INTERNAL_ERROR)
        except UnavailableError:
            self.conversation.end(CloseCode.RESTART)
        except WebSocketDisconnect:
            pass
        finally:
            leaving = asyncio.create_task(self.leave())
            await asyncio.shield(leaving)  # completely, even if the server cancels this
        if self.conversation.ending is not None:
            await self.close(*self.conversation.ending)

    # Coming and going.

    async def join(self) -> str:
        """Enter the room: from now on, the member gets its envelopes. Returns the welcome."""
        room, identity = self.conversation.room, self.conversation.identity
        await self.chat.fanout.join(room_topic(room), self.member)
        if topic := self.chat.identities.enter(identity, self.member.id):
            await self.chat.fanout.join(topic, self.member)
        if not await session_alive(self.chat, identity):
            raise not_signed_in(SIGNED_OUT_REASON)
        return await self.chat.rooms.enter(self.conversation)

    async def leave(self) -> None:
        """Leave the room, and inform the others."""
        room, identity = self.conversation.room, self.conversation.identity
        await self.chat.fanout.leave(room_topic(room), self.member)
        if topic := self.chat.identities.leave(identity, self.member.id):
            await self.chat.fanout.leave(topic, self.member)
        await self.chat.rooms.leave(self.conversation)

    # The two loops.

    async def receive_and_send(self, welcome: str) -> None:
        """Run both loops until the member is gone, or until there is a reason to close.

        The end of the send loop does not end the other: earlier frames are still received.
        """
        async with asyncio.TaskGroup() as loops:
            receiving = loops.create_task(self.receive_loop())
            sending = loops.create_task(self.send_loop(welcome))
            ending = loops.create_task(self.ending.wait())
            await asyncio.wait({receiving, ending}, return_when=asyncio.FIRST_COMPLETED)
            for task in (receiving, sending, ending):
                task.cancel()

    async def receive_loop(self) -> None:
        """Handle the member's frames, one after another."""
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            frame = (message.get("bytes") or b"") if text is None else text
            at = time.time_ns() // 1_000_000
            effect = self.conversation.receive(frame, time.monotonic(), at)
            try:
                if effect is not None:
                    await self.chat.rooms.perform(self.conversation, effect)
            except WebSocketDisconnect:  # of another member, to which the tutorial's fan-out sends
                return

    async def send_loop(self, welcome: str) -> None:
        """Send the welcome, the replay, then the frames of the outbox."""
        with contextlib.suppress(WebSocketDisconnect):
            await self.send(welcome)
            async for data in self.chat.rooms.replay(self.conversation):
                await self.send(data)
            with closed_is_disconnected():
                await self.send_outbox()

    async def send_outbox(self) -> None:
        """Send the frames of the outbox, one after another."""
        while True:
            await self.sending(await self.conversation.outbox.take())

    async def send(self, data: str | bytes) -> None:
        """Send a text or a binary frame. Raises WebSocketDisconnect if the member is gone."""
        with closed_is_disconnected():
            await self.sending(data)

    def sending(self, data: str | bytes) -> Coroutine[Any, Any, None]:
        """What has to be awaited for a frame to be sent."""
        if isinstance(data, str):
            return self.websocket.send_text(data)
        return self.websocket.send_bytes(data)

    # Signals from the fan-out.

    def signalled(self, signal: Signal) -> None:
        """The identity has ended, or some message may not have arrived."""
        if signal == "signed_out":
            self.conversation.sign_out()
        else:
            self.chat.rooms.catch_up(self.conversation)

    # Closing.

    async def close(self, code: int, reason: str) -> None:
        """Close. A slow reader gets some time to read up to the close frame."""
        self.chat.rooms.metrics.closed(code)
        try:
            async with asyncio.timeout(protocol_limits.EVICT_SECONDS):
                await self.websocket.close(code, reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass  # the member is gone, or will never read


@contextlib.contextmanager
def closed_is_disconnected() -> Iterator[None]:
    """Raise WebSocketDisconnect for the RuntimeError of a connection that has just closed."""
    try:
        yield
    except RuntimeError as exc:
        raise WebSocketDisconnect from exc
