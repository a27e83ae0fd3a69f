"""What one process of the chat has: settings, roster, fan-out; started before its first use."""

import asyncio
import contextlib
import logging
import os
import sys
import uuid
from importlib.metadata import version

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chat_core import limits
from chat_core.codec import encode
from chat_core.frames import Left, ServerInfo, WelcomeLimits
from chat_core.roster import MemoryRoster, RedisRoster, Roster, departures_to_tell
from chat_core.settings import Settings, server_name
from chat_core.unavailable import UnavailableError
from fastapi_chat import FRAMEWORK
from fastapi_chat.fanout import make_fanout

logger = logging.getLogger(__name__)


class Chat:
    """The process's share in the rooms."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        if settings.made_secret_key:
            logger.warning("CHAT_SECRET_KEY is not set: one was made for this start alone")
        self.process = uuid.uuid4().hex
        self.limits = WelcomeLimits(
            text=limits.TEXT_CODE_POINTS,
            image=settings.max_image_bytes,
            presence=limits.PRESENCE_MEMBERS,
        )
        self.server = ServerInfo(
            framework=FRAMEWORK,
            server=server_name(os.environ, sys.argv[0]),
            fanout=settings.fanout_kind,
            history=settings.history,
            version=version("chat-bench"),
            pid=os.getpid(),
        )
        self.fanout = make_fanout(settings)
        self.roster = self._make_roster()
        self._starting = asyncio.Lock()
        self._heart: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect and let the heart beat.

        Not every server has the lifespan protocol (Daphne has not), so this is also awaited
        before each use, and does its work once.
        """
        async with self._starting:
            if self._heart is None:
                await self.fanout.start()
                self._heart = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Disconnect, and leave no task behind."""
        if self._heart is not None:
            self._heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._heart
            await self.fanout.stop()

    def _make_roster(self) -> Roster:
        if self.settings.redis_url is None:
            return MemoryRoster()
        client = Redis.from_url(
            self.settings.redis_url, retry=Retry(NoBackoff(), 1), socket_connect_timeout=2
        )
        return RedisRoster(client, self.process, "chat:fastapi:roster", (RedisError, OSError))

    async def _beat(self) -> None:
        """Tell the rooms about members of processes that died."""
        while True:
            await asyncio.sleep(limits.PROCESS_BEAT_SECONDS)
            try:
                for gone in departures_to_tell(await self.roster.beat()):
                    await self.fanout.publish(gone.room, encode(Left(gone.user, gone.count)))
            except UnavailableError as exc:
                logger.warning("the roster cannot be kept up: %s", exc)
