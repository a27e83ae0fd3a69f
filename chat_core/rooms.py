"""The rooms in one process: members, history, and the frames to the members.

Both chats share this. They differ in how a frame reaches the members of a room: by a channel layer
or by a fan-out. Both are given as a `Carrier`.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.metadata import version
from typing import Any, Protocol

from chat_core import protocol_limits
from chat_core.address_rates import AddressRates
from chat_core.catch_up import CatchUp
from chat_core.changes import Changes
from chat_core.client_address import scope_address, subscriber
from chat_core.codec import encode
from chat_core.conversation import Conversation, Effect
from chat_core.envelope import CATCH_UP, Envelope, wrap
from chat_core.frames import ServerInfo, Welcome, WelcomeLimits
from chat_core.handshake import Handshake, Identity, not_invited
from chat_core.history import History, NewMessage
from chat_core.metrics import Metrics
from chat_core.outages import OutageLog
from chat_core.presence import presence_changes
from chat_core.replay import encode_message, replay
from chat_core.roster import Roster
from chat_core.settings import Settings, server_name
from chat_core.unavailable import TooLargeError, UnavailableError

logger = logging.getLogger(__name__)


class Carrier(Protocol):
    """Carries envelopes to the members of a room, in all processes that share it."""

    async def publish(self, room: str, envelope: Envelope) -> None:
        """Give an envelope to the room. Raises UnavailableError, TooLargeError."""

    def check(self) -> None:
        """Return if, as far as known, an envelope published now would arrive.

        Raises UnavailableError during an outage.
        """


class Rooms:
    """Carries out what members do in the rooms, and informs the others."""

    def __init__(
        self,
        settings: Settings,
        server: ServerInfo,
        roster: Roster,
        history: History,
        carrier: Carrier,
    ) -> None:
        self.server = server
        self.metrics = Metrics(server)
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
        self._failures = OutageLog("chat", logger)
        self._missed: set[str] = set()
        self._catch_up = CatchUp(history, self.failed)
        self._changes = Changes(history, carrier.publish)
        self._untold: deque[tuple[str, Envelope]] = deque()
        """The envelopes about members that are not published yet, in order."""

    def take_handshake(self, scope: Mapping[str, Any], now: float) -> bool:
        """Whether the rate allows one more handshake from the address of this ASGI scope."""
        return self.rates.take_handshake(self._address(scope), now)

    async def check(self) -> None:
        """Return if all that the rooms need answers. Raises UnavailableError."""
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
        """The conversation of a new member with this ASGI scope."""
        address_bytes = self.rates.bytes_from(self._address(scope), now)
        return Conversation(member, handshake, identity, self._settings, address_bytes, now, ended)

    async def enter(self, conversation: Conversation) -> str:
        """Put the member into the room and inform the others. Returns the welcome, to send first.

        The others get `joined` before the member reads the welcome. So a member that comes after
        this one gets a welcome that counts this one, and no `joined` about this one.
        Raises UnavailableError, and RefusedHandshakeError if the room has become private.
        """
        room, user = conversation.room, conversation.identity.user
        conversation.present = True
        presence = await self.roster.join(room, conversation.member, user)
        newest, private = await self.history.entrance(room)
        if private and not conversation.let_in:  # it became private after the handshake was read
            raise not_invited()
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
        self.metrics.entered(conversation)
        return str(encode(welcome).data)

    async def leave(self, conversation: Conversation) -> None:
        """Remove the member and inform the others; during an outage, the next beat does it."""
        room = conversation.room
        self.metrics.left(conversation)
        self._catch_up.forget(conversation)
        if not conversation.present:
            return
        with contextlib.suppress(UnavailableError):
            absence = await self.roster.leave(room, conversation.member)
            left = conversation.leave(absence)
            if left is not None:
                await self._carrier.publish(room, left)

    async def perform(self, conversation: Conversation, effect: Effect) -> None:
        """Carry out the effect of a member's frame, and report the result to the conversation."""
        if isinstance(effect, Envelope):
            with contextlib.suppress(UnavailableError):
                await self._carrier.publish(conversation.room, effect)
            return
        if not isinstance(effect, NewMessage):
            await self._changes.perform(conversation, effect)
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
        """Yield the frames of the replay that the member asked for, if it did."""
        since, newest = conversation.since, conversation.newest
        if since is not None and newest is not None:
            async for frame in replay(self.history, conversation.room, since, newest):
                yield frame.data

    def catch_up(self, conversation: Conversation) -> None:
        """Deliver all missing messages to the member, as soon as the history can be read."""
        self._catch_up.ask(conversation)

    def catch_up_later(self, room: str) -> None:
        """At the next beat, have the members read the history: a commit may not be published."""
        self._missed.add(room)

    def failed(self, error: Exception) -> None:
        """Log a mistake of the chat that ends a connection: once for each cause."""
        self._failures.failed(f"a connection failed: {error!r}", error)

    async def beat(self) -> None:
        """Announce members of dead processes, and repeat what failed before.

        Call it every `protocol_limits.PROCESS_BEAT_SECONDS`. It never raises, because without the
        next beat the others would count this process as dead.
        """
        try:
            self._untold.extend(presence_changes(await self.roster.beat()))
            while self._untold:  # an envelope that cannot be published now waits for the next beat
                await self._carrier.publish(*self._untold[0])
                self._untold.popleft()
            for room in tuple(self._missed):
                await self.history.settle(room)
                await self._carrier.publish(room, CATCH_UP)
                self._missed.discard(room)
            await self._changes.repeat()
        except UnavailableError as exc:
            self._failures.began("beat", f"the rooms cannot be updated: {exc}", time.monotonic())
        except Exception as exc:
            self._failures.failed(f"the rooms cannot be updated: {exc!r}", exc)
        else:
            self._failures.ended("beat", time.monotonic())

    def _address(self, scope: Mapping[str, Any]) -> str:
        return subscriber(scope_address(scope, self._settings.trusted_proxies))

    async def _commit(self, message: NewMessage, *, keeps: bool) -> int | None:
        """Keep a message and publish it; without a history, only publish it.

        A member that leaves meanwhile does not cancel this: a committed message is published.
        """
        commit_task = self._keep_and_publish(message)
        return await (asyncio.shield(commit_task) if keeps else commit_task)

    async def _keep_and_publish(self, message: NewMessage) -> int | None:
        """Keep and publish. If the publish fails after a possible commit, members read it later."""
        began = time.perf_counter()
        try:
            kept = await self.history.append(message)
        except UnavailableError:
            self.catch_up_later(message.room)
            raise
        if kept is not None:
            self.metrics.commit_seconds.observe(time.perf_counter() - began)
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
        self.metrics.messages += 1
        return seq


def server_info(
    framework: str, settings: Settings, environ: Mapping[str, str], argv0: str
) -> ServerInfo:
    """The description of this process in `welcome` and /healthz."""
    return ServerInfo(
        framework=framework,
        server=server_name(environ, argv0),
        fanout=settings.fanout_kind,
        history=settings.history_kind,
        version=version("chat-bench"),
        pid=os.getpid(),
        replica=settings.replica,
    )
