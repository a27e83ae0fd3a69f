"""What one process of the chat has: its roster and its heart; started before its first use."""

import asyncio
import contextlib
import logging
import os
import sys
import uuid
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from channels.layers import BaseChannelLayer, get_channel_layer
from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chat_core import protocol_limits
from chat_core.codec import encode
from chat_core.envelope import Envelope, wrap
from chat_core.frames import Left, ServerInfo, Welcome, WelcomeLimits
from chat_core.history import History, NoHistory
from chat_core.roster import MemoryRoster, Presence, RedisRoster, Roster, departures_to_tell
from chat_core.settings import Settings, server_name
from chat_core.unavailable import UnavailableError
from django_chat import FRAMEWORK
from django_chat.database import Database
from django_chat.history import DatabaseHistory

logger = logging.getLogger(__name__)


class Chat:
    """The process's share in the rooms."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        if settings.made_secret_key:
            logger.warning("CHAT_SECRET_KEY is not set: one was made for this start alone")
        self.process = uuid.uuid4().hex
        self.limits = WelcomeLimits(
            text=protocol_limits.TEXT_CODE_POINTS,
            image=settings.max_image_bytes,
            presence=protocol_limits.PRESENCE_MEMBERS,
        )
        self.server = ServerInfo(
            framework=FRAMEWORK,
            server=server_name(os.environ, sys.argv[0]),
            fanout=settings.fanout_kind,
            history=settings.history_kind,
            version=version("chat-bench"),
            pid=os.getpid(),
        )
        self.roster = self._make_roster()
        self.database = None if settings.history == "off" else Database(settings)
        self.history = self._make_history()
        self._missed: set[str] = set()
        self._starting = asyncio.Lock()
        self._heart: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Let the heart beat.

        Channels has no lifespan protocol, so this is awaited before each use, and works once.
        """
        async with self._starting:
            if self._heart is None:
                await self.history.start()
                self._heart = asyncio.create_task(self._beat())

    async def check(self) -> None:
        """Return where all that the chat needs can be reached. Raises UnavailableError."""
        self.check_layer()
        await self.roster.check()
        await self.history.check()

    def check_layer(self) -> None:
        """Return where, by all that is known, what is published now would arrive.

        Raises UnavailableError.
        """
        if not getattr(layer(), "connected", True):
            raise UnavailableError("Redis: the channel layer is not connected")

    async def publish(self, room: str, envelope: Envelope) -> None:
        """Give a frame to the room's members. Raises UnavailableError."""
        event = {
            "type": "chat.deliver",
            "room": room,
            "data": envelope.data,
            "size": envelope.size,
            "exclude": envelope.exclude,
            "seq": envelope.seq,
            "version": envelope.version,
        }
        await self._send(room_group(room), event)

    def welcome(self, user: str, room: str, newest: int | None, presence: Presence) -> Welcome:
        """The first frame of a new member."""
        return Welcome(
            user=user,
            room=room,
            server=self.server,
            limits=self.limits,
            seq=newest,
            count=presence.count,
            members=presence.members,
        )

    async def publish_signed_out(self, session: str) -> None:
        """Close the sockets of a session that has ended. Raises UnavailableError."""
        await self._send(session_group(session), {"type": "chat.signed_out"})

    def catch_up_later(self, room: str) -> None:
        """A message is committed that the layer did not take: the members shall read it."""
        self._missed.add(room)

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
        # The roster waits no longer than it should by itself: redis-py's own timeout loses a
        # cancellation on Python 3.11.
        client = Redis.from_url(
            self.settings.redis_url, retry=Retry(NoBackoff(), 1), socket_timeout=None
        )
        return RedisRoster(client, self.process, "chat:channels:roster", (RedisError, OSError))

    async def _beat(self) -> None:
        """Tell the rooms about members of processes that died, and of what they have missed."""
        while True:
            await asyncio.sleep(protocol_limits.PROCESS_BEAT_SECONDS)
            try:
                for gone in departures_to_tell(await self.roster.beat()):
                    left = wrap(encode(Left(gone.user, gone.count)), version=gone.version)
                    await self.publish(gone.room, left)
                for room in tuple(self._missed):
                    await self._send(room_group(room), {"type": "chat.catch_up", "room": room})
                    self._missed.discard(room)
            except UnavailableError as exc:
                logger.warning("the rooms cannot be kept up: %s", exc)
            except Exception:  # or the others would take this process for dead
                logger.exception("the rooms cannot be kept up")


@contextlib.contextmanager
def unavailable() -> Iterator[None]:
    """Turn a channel layer's failure to reach Redis into UnavailableError."""
    try:
        yield
    except (RedisError, OSError) as exc:
        raise UnavailableError(f"Redis: {exc}") from exc


def layer() -> BaseChannelLayer:
    """The default channel layer."""
    found = get_channel_layer()
    assert found is not None, "settings.CHANNEL_LAYERS has one"
    return found


def room_group(room: str) -> str:
    """The channel layer's group of a room."""
    return f"room.{room}"


def session_group(session: str) -> str:
    """The channel layer's group of the sockets of a session."""
    return f"session.{session}"


chat = Chat(settings.CHAT)
"""The process's own."""
