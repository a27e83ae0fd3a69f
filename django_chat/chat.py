"""What one process of the chat has: its roster and its heart; started before its first use."""

import asyncio
import contextlib
import logging
import os
import sys
import uuid
from collections.abc import Iterator
from importlib.metadata import version

from channels.layers import BaseChannelLayer, get_channel_layer
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chat_core import limits
from chat_core.codec import Encoded, encode
from chat_core.frames import Left, ServerInfo, WelcomeLimits
from chat_core.roster import MemoryRoster, RedisRoster, Roster, departures_to_tell
from chat_core.settings import Settings, server_name
from chat_core.unavailable import UnavailableError
from django_chat import FRAMEWORK

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
        self.roster = self._make_roster()
        self._heart: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Let the heart beat.

        Channels has no lifespan protocol, so this is called before each use, and works once.
        """
        if self._heart is None:
            self._heart = asyncio.create_task(self._beat())

    async def publish(self, room: str, frame: Encoded, but: str = "") -> None:
        """Give a frame to the room's members, except to the one whose channel is `but`.

        Raises UnavailableError.
        """
        event = {
            "type": "chat.deliver",
            "room": room,
            "text": frame.text,
            "size": frame.size,
            "but": but,
        }
        with unavailable():
            await layer().group_send(group_name(room), event)

    def _make_roster(self) -> Roster:
        if self.settings.redis_url is None:
            return MemoryRoster()
        client = Redis.from_url(
            self.settings.redis_url, retry=Retry(NoBackoff(), 1), socket_connect_timeout=2
        )
        return RedisRoster(client, self.process, "chat:channels:roster", (RedisError, OSError))

    async def _beat(self) -> None:
        """Tell the rooms about members of processes that died."""
        while True:
            await asyncio.sleep(limits.PROCESS_BEAT_SECONDS)
            try:
                for gone in departures_to_tell(await self.roster.beat()):
                    await self.publish(gone.room, encode(Left(gone.user, gone.count)))
            except UnavailableError as exc:
                logger.warning("the roster cannot be kept up: %s", exc)


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


def group_name(room: str) -> str:
    """The channel layer's group of a room."""
    return f"room.{room}"
