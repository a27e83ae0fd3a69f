"""The rooms, as one process has them: who is there, what is kept, and what the members are told.

The same for both chats. How a frame reaches the members of a room is the chat's own: a channel
layer there, a fan-out here; both are given as a `Carrier`.
"""

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.metadata import version
from typing import Any, Protocol

from chat_core import protocol_limits
from chat_core.address_rates import AddressRates
from chat_core.client_address import scope_address, subscriber
from chat_core.codec import encode
from chat_core.conversation import Conversation, Effect
from chat_core.envelope import CATCH_UP, Envelope, wrap
from chat_core.frames import ServerInfo, Welcome, WelcomeLimits
from chat_core.handshake import Handshake, Identity
from chat_core.history import History, NewMessage
from chat_core.presence import presence_changes
from chat_core.replay import catch_up, encode_message, replay
from chat_core.roster import Roster
from chat_core.settings import Settings, server_name
from chat_core.unavailable import TooLargeError, UnavailableError

logger = logging.getLogger(__name__)


class Carrier(Protocol):
    """Carries envelopes to the members of a room, in all processes that share it."""

    async def publish(self, room: str, envelope: Envelope) -> None:
        """Give an envelope to the room. Raises UnavailableError, TooLargeError."""

    def check(self) -> None:
        """Return where, by all that is known, what is published now would arrive.

        Raises UnavailableError.
        """


class Rooms:
    """What members do in the rooms, and what the others are told of it."""

    def __init__(
        self,
        settings: Settings,
        server: ServerInfo,
        roster: Roster,
        history: History,
        carrier: Carrier,
    ) -> None:
        self.server = server
        self._settings = settings
        self.roster = roster
        self.history = history
        self.rates = AddressRates(settings.byte_rate, settings.handshake_rate)
        self._limits = WelcomeLimits(
            text=protocol_limits.TEXT_CODE_POINTS,
            image=settings.max_image_bytes,
            presence=protocol_limits.PRESENCE_MEMBERS,
        )
        self._carrier = carrier
        self._missed: set[str] = set()
        self._untold: deque[tuple[str, Envelope]] = deque()
        """What the rooms are yet to be told of their members, in order."""

    def take_handshake(self, scope: Mapping[str, Any], now: float) -> bool:
        """Whether one more handshake from the address of this ASGI scope may go on."""
        return self.rates.take_handshake(self._address(scope), now)

    async def check(self) -> None:
        """Return where all that the rooms need can be reached. Raises UnavailableError."""
        self._carrier.check()
        await self.roster.check()
        await self.history.check()

    def conversation(
        self,
        member: str,
        handshake: Handshake,
        identity: Identity,
        scope: Mapping[str, Any],
        now: float,
        ended: Callable[[], None],
    ) -> Conversation:
        """The conversation of a new member, which comes by this ASGI scope."""
        address_bytes = self.rates.bytes_from(self._address(scope), now)
        return Conversation(member, handshake, identity, self._settings, address_bytes, now, ended)

    async def enter(self, conversation: Conversation) -> str:
        """Put the member into the room and tell the others; the welcome, to be sent first.

        The others are told before the member reads the welcome. So a member that comes after this
        one gets a welcome that counts this one, and no `joined` about this one.
        Raises UnavailableError.
        """
        room, user = conversation.room, conversation.identity.user
        conversation.present = True
        presence = await self.roster.join(room, conversation.member, user)
        newest = await self.history.newest(room)
        welcome = Welcome(
            user=user,
            room=room,
            server=self.server,
            limits=self._limits,
            seq=newest,
            count=presence.count,
            members=presence.members,
        )
        joined = conversation.enter(welcome, presence.version)
        if joined is not None:
            await self._carrier.publish(room, joined)
        conversation.entered = True
        return str(encode(welcome).data)

    async def leave(self, conversation: Conversation) -> None:
        """Take the member out and tell the others; while the roster is away, its beat will."""
        room = conversation.room
        if not conversation.present:
            return
        with contextlib.suppress(UnavailableError):
            absence = await self.roster.leave(room, conversation.member)
            left = conversation.leave(absence)
            if left is not None:
                await self._carrier.publish(room, left)

    async def perform(self, conversation: Conversation, effect: Effect) -> None:
        """Do what a member's frame asks for, and tell the conversation what came of it."""
        if isinstance(effect, Envelope):
            with contextlib.suppress(UnavailableError):
                await self._carrier.publish(conversation.room, effect)
            return
        try:
            self._carrier.check()
            seq = await self._commit(effect, keeps=conversation.newest is not None)
        except UnavailableError:
            conversation.not_kept(effect)
        except TooLargeError as exc:
            conversation.too_large(effect, str(exc))
        else:
            conversation.kept(effect, seq)

    async def replay(self, conversation: Conversation) -> AsyncIterator[str | bytes]:
        """The frames that the member asked to be sent again; none, where it asked for none."""
        since, newest = conversation.since, conversation.newest
        if since is not None and newest is not None:
            async for frame in replay(self.history, conversation.room, since, newest):
                yield frame.data

    async def catch_up(self, conversation: Conversation) -> None:
        """Bring the member what has not arrived, as soon as the history can be read."""
        await catch_up(self.history, conversation.room, conversation.inbox)

    def catch_up_later(self, room: str) -> None:
        """A message may be committed that was not published: the beat has the members read it."""
        self._missed.add(room)

    async def beat(self) -> None:
        """Tell the rooms about members of processes that died, and of what was missed.

        To be called every `protocol_limits.PROCESS_BEAT_SECONDS`. Never raises: without the next
        beat the others would take this process for dead.
        """
        try:
            self._untold.extend(presence_changes(await self.roster.beat()))
            while self._untold:  # what cannot be published now is told with the next beat
                await self._carrier.publish(*self._untold[0])
                self._untold.popleft()
            for room in tuple(self._missed):
                await self.history.settle(room)
                await self._carrier.publish(room, CATCH_UP)
                self._missed.discard(room)
        except UnavailableError as exc:
            logger.warning("the rooms cannot be kept up: %s", exc)
        except Exception:
            logger.exception("the rooms cannot be kept up")

    def _address(self, scope: Mapping[str, Any]) -> str:
        return subscriber(scope_address(scope, self._settings.trusted_proxies))

    async def _commit(self, message: NewMessage, *, keeps: bool) -> int | None:
        """Keep a message and give it to the room; without a history, give it to the room alone.

        A member that goes meanwhile does not break this off: what is committed is published.
        """
        commit_task = self._keep_and_publish(message)
        return await (asyncio.shield(commit_task) if keeps else commit_task)

    async def _keep_and_publish(self, message: NewMessage) -> int | None:
        """What is kept, or may be kept, and is not published, is read by the members later."""
        try:
            kept = await self.history.append(message)
        except UnavailableError:
            self.catch_up_later(message.room)
            raise
        if kept is not None and kept.again:
            self.catch_up_later(message.room)  # the first may have been kept and not published
            return kept.seq
        seq = None if kept is None else kept.seq
        try:
            await self._carrier.publish(message.room, wrap(encode_message(message, seq), seq=seq))
        except UnavailableError:
            if seq is None:
                raise
            self.catch_up_later(message.room)
        return seq


def server_info(
    framework: str, settings: Settings, environ: Mapping[str, str], argv0: str
) -> ServerInfo:
    """What this process tells about itself."""
    return ServerInfo(
        framework=framework,
        server=server_name(environ, argv0),
        fanout=settings.fanout_kind,
        history=settings.history_kind,
        version=version("chat-bench"),
        pid=os.getpid(),
    )
