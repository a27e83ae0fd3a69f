"""The chat of one process: roster, history and beat; started before the first use."""

import asyncio
import contextlib
import logging
import os
import sys
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any, NoReturn, cast

from channels.layers import get_channel_layer
from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat_core import protocol_limits
from chat_core.envelope import Envelope
from chat_core.history import History, NoHistory
from chat_core.redis_roster import RedisRoster
from chat_core.rooms import Rooms, server_info
from chat_core.roster import MemoryRoster, Roster
from chat_core.self_ping import SelfPing
from chat_core.settings import Settings
from chat_core.side_by_side import run_until_one_fails, stop_tasks
from chat_core.unavailable import UnavailableError
from django_chat import FRAMEWORK
from django_chat.accounts.identity_watch import watch_identities
from django_chat.database import Database
from django_chat.history import DatabaseHistory
from django_chat.layers.base import ChatChannelLayer
from django_chat.layers.outage import FAILURES
from django_chat.variants.stock import StockDatabase

logger = logging.getLogger(__name__)


class Chat:
    """The rooms in this process, with a channel layer as carrier."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        if settings.made_secret_key:
            logger.warning("CHAT_SECRET_KEY is not set: a key was made for this start only")
        self.process = uuid.uuid4().hex
        self.database = None if settings.history == "off" else _database(settings)
        self.history = self._make_history()
        self.roster = self._make_roster()
        server = server_info(FRAMEWORK, settings, os.environ, sys.argv[0])
        self.rooms = Rooms(settings, server, self.roster, self.history, carrier=self)
        self.identities = watch_identities(self.database, self.publish_signed_out)
        self._starting = asyncio.Lock()
        self._heart: asyncio.Task[None] | None = None
        self._timing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the beat.

        Not every server has the lifespan protocol (Daphne has not). So this is also awaited before
        each use; only the first call has an effect.
        """
        async with self._starting:
            if self._heart is None:
                await self.history.start()
                self._heart = asyncio.create_task(self._beat())
                if self.settings.metrics:
                    self._timing = asyncio.create_task(self._time_layer())

    async def stop(self) -> None:
        """Disconnect, and leave no task behind."""
        if self._heart is not None:
            await stop_tasks(self._heart, self._timing)
            await self.history.stop()
            await self.roster.stop()
            if self.database is not None:
                await self.database.stop()

    def check(self) -> None:
        """Return if, as far as known, an envelope published now would arrive.

        Raises UnavailableError during an outage.
        """
        if not layer().connected:
            raise UnavailableError("Redis: the channel layer is not connected")

    async def publish(self, room: str, envelope: Envelope) -> None:
        """Publish an envelope to the room's members. Raises UnavailableError."""
        await self._send(room_group(room), event_of(room, envelope))

    async def publish_signed_out(self, group: str) -> None:
        """Close the sockets of an ended identity. Raises UnavailableError."""
        await self._send(group, {"type": "chat.signed_out"})

    async def _send(self, group: str, event: dict[str, Any]) -> None:
        with unavailable():
            await layer().group_send(group, event)

    def _make_history(self) -> History:
        if self.database is None:
            return NoHistory()
        return DatabaseHistory(self.settings, self.database)

    def _make_roster(self) -> Roster:
        if self.settings.redis_url is None:
            return MemoryRoster()
        # The roster limits its waits itself: redis-py's timeout can lose a cancellation on Python
        # 3.11.
        client = Redis.from_url(
            self.settings.redis_url, retry=Retry(NoBackoff(), 1), socket_timeout=None
        )
        return RedisRoster(client, self.process, "chat:channels:roster", FAILURES)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(protocol_limits.PROCESS_BEAT_SECONDS)
            await self._renew_memberships()  # first, so that the beat's frames reach all members
            await self.rooms.beat()
            await self.identities.check()

    async def _time_layer(self) -> None:
        """For `/metrics`: send an event to this process at intervals, and time the arrival."""
        group = f"process.{self.process}"
        send = partial(layer().group_send, group, {"type": "chat.ping"})
        ping = SelfPing(send, self.rooms.metrics.fanout_seconds.observe)
        channel = await layer().new_channel()

        async def listen() -> NoReturn:
            while True:
                await layer().receive(channel)
                ping.heard()

        while True:
            with contextlib.suppress(UnavailableError), unavailable():
                await layer().group_add(group, channel)
                await run_until_one_fails(listen(), ping.watch())
            await asyncio.sleep(protocol_limits.BROKER_PING_SECONDS)

    async def _renew_memberships(self) -> None:
        """Renew the memberships of the channel layer. Never raises, like `rooms.beat`."""
        try:
            await layer().renew()
        except Exception:
            logger.exception("the memberships cannot be renewed")


def _database(settings: Settings) -> Database:
    return StockDatabase(settings) if settings.variant == "stock" else Database(settings)


def event_of(room: str, envelope: Envelope) -> dict[str, Any]:
    """The channel layer's event of an envelope; its type names the handler."""
    if envelope.signal == "catch_up":
        return {"type": "chat.catch_up", "room": room}
    return {
        "type": "chat.deliver",
        "room": room,
        "data": envelope.data,
        "size": envelope.size,
        "exclude": envelope.exclude,
        "seq": envelope.seq,
        "version": envelope.version,
    }


@contextlib.contextmanager
def unavailable() -> Iterator[None]:
    """Convert a channel layer's errors during an outage of Redis to UnavailableError."""
    try:
        yield
    except FAILURES as exc:
        raise UnavailableError(f"Redis: {exc}") from exc


def layer() -> ChatChannelLayer:
    """The default channel layer."""
    found: Any = get_channel_layer()
    assert found is not None, "settings.CHANNEL_LAYERS has one"
    return cast(ChatChannelLayer, found)


def room_group(room: str) -> str:
    """The channel layer's group of a room."""
    return f"room.{room}"


chat = Chat(settings.CHAT)
"""The process's own."""
