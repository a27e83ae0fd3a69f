"""The chat of one process: roster, history and fan-out; started before the first use."""

import asyncio
import contextlib
import logging
import os
import sys
import uuid
from functools import partial

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat_core import protocol_limits
from chat_core.envelope import CATCH_UP, SIGNED_OUT, Envelope
from chat_core.history import History, NoHistory
from chat_core.redis_roster import RedisRoster
from chat_core.rooms import Rooms, server_info
from chat_core.roster import MemoryRoster, Roster
from chat_core.self_ping import SelfPing, SilenceError
from chat_core.settings import Settings
from chat_core.side_by_side import stop_tasks
from chat_core.unavailable import UnavailableError
from fastapi_chat import FRAMEWORK
from fastapi_chat.accounts.identity_watch import watch_identities
from fastapi_chat.database import Database
from fastapi_chat.fanout import broker_url, make_fanout
from fastapi_chat.history import DatabaseHistory
from fastapi_chat.member import listener
from fastapi_chat.postgres_roster import PostgresRoster
from fastapi_chat.redis_failures import REDIS_FAILURES

logger = logging.getLogger(__name__)


class Chat:
    """The rooms in this process, with a fan-out as carrier."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        if settings.made_secret_key:
            logger.warning("CHAT_SECRET_KEY is not set: a key was made for this start only")
        self.process = uuid.uuid4().hex
        self.fanout = make_fanout(settings)
        self.database = None if settings.history == "off" else Database(settings)
        self.history = self._make_history()
        self.roster = self._make_roster()
        server = server_info(FRAMEWORK, settings, os.environ, sys.argv[0])
        self.rooms = Rooms(settings, server, self.roster, self.history, carrier=self)
        self.identities = watch_identities(self.database, self.publish_signed_out)
        self._starting = asyncio.Lock()
        self._heart: asyncio.Task[None] | None = None
        self._timing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, and start the beat.

        Not every server has the lifespan protocol (Daphne has not). So this is also awaited before
        each use; only the first call has an effect.
        """
        async with self._starting:
            if self._heart is None:
                await self.history.start()
                await self.fanout.start()
                self._heart = asyncio.create_task(self._beat())
                if self.settings.metrics:
                    self._timing = asyncio.create_task(self._time_fanout())

    async def stop(self) -> None:
        """Disconnect, and leave no task behind."""
        if self._heart is not None:
            await stop_tasks(self._heart, self._timing)
            await self.history.stop()
            await self.fanout.stop()
            await self.roster.stop()
            if self.database is not None:
                await self.database.stop()

    def check(self) -> None:
        """Return if, as far as known, an envelope published now would arrive.

        Raises UnavailableError during an outage.
        """
        self.fanout.check()

    async def publish(self, room: str, envelope: Envelope) -> None:
        """Publish an envelope to the room's members. Raises UnavailableError, TooLargeError."""
        await self.fanout.publish(room_topic(room), envelope)

    async def publish_signed_out(self, topic: str) -> None:
        """Close the sockets of an ended identity. Raises UnavailableError."""
        await self.fanout.publish(topic, SIGNED_OUT)

    def _make_history(self) -> History:
        if self.database is None:
            return NoHistory()
        return DatabaseHistory(self.settings, self.database)

    def _make_roster(self) -> Roster:
        if self.settings.fanout_kind == "broadcaster+postgres":
            return PostgresRoster(broker_url(self.settings), self.process)
        if self.settings.redis_url is None:
            return MemoryRoster()
        # The roster limits its waits itself: redis-py's timeout can lose a cancellation on Python
        # 3.11.
        client = Redis.from_url(
            self.settings.redis_url, retry=Retry(NoBackoff(), 1), socket_timeout=None
        )
        return RedisRoster(client, self.process, "chat:fastapi:roster", REDIS_FAILURES)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(protocol_limits.PROCESS_BEAT_SECONDS)
            await self.rooms.beat()
            await self.identities.check()

    async def _time_fanout(self) -> None:
        """For `/metrics`: publish to this process at intervals, and time the arrival."""
        topic = f"process.{self.process}"
        publish = partial(self.fanout.publish, topic, CATCH_UP)
        ping = SelfPing(publish, self.rooms.metrics.fanout_seconds.observe)
        member = listener(self.process, lambda _signal: ping.heard())
        while True:
            with contextlib.suppress(UnavailableError, SilenceError):
                await self.fanout.join(topic, member)
                await ping.watch()
            await asyncio.sleep(protocol_limits.BROKER_PING_SECONDS)


def room_topic(room: str) -> str:
    """The fan-out's topic of a room."""
    return f"room.{room}"
