"""A fan-out over Redis pub/sub: one subscribed connection a process, for any number of members."""

import asyncio
import contextlib
import logging
import uuid
from typing import Any, Final, NoReturn
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat_core import protocol_limits
from chat_core.envelope import CATCH_UP, Envelope, pack, unpack
from chat_core.self_ping import SelfPing
from chat_core.side_by_side import run_until_one_fails
from chat_core.unavailable import UnavailableError
from fastapi_chat.fanout.memory import MemoryFanout
from fastapi_chat.member import Member
from fastapi_chat.redis_failures import REDIS_FAILURES

logger = logging.getLogger(__name__)

_PREFIX = "chat:fastapi:topic:"
_ANSWER_SECONDS: Final = protocol_limits.BROKER_ANSWER_SECONDS
"""How long sending and joining wait for Redis; then this counts as an outage."""

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 2.0


class RedisFanout:
    """Publishes to Redis, and delivers arriving envelopes to the members of this process."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, retry=Retry(NoBackoff(), 1), socket_timeout=None, socket_connect_timeout=2
        )
        self._local = MemoryFanout()
        self._pubsub: PubSub = self._redis.pubsub()
        self._subscribing = asyncio.Lock()
        # Locks keep the order of envelopes to a topic.
        self._publishing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._turns = asyncio.Semaphore(protocol_limits.BROKER_REQUESTS)
        self._confirmed: dict[str, asyncio.Event] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        # The process' own channel keeps the listener running while there are no rooms.
        self._own_channel = f"chat:fastapi:process:{uuid.uuid4().hex}"
        self._ping = SelfPing(lambda: self._redis.publish(self._own_channel, b""))

    async def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep_connected())
        with contextlib.suppress(TimeoutError):  # the chat starts without Redis, too
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._connected.wait()

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._redis.aclose()

    async def join(self, topic: str, member: Member) -> None:
        self.check()
        await self._local.join(topic, member)
        channel = _PREFIX + topic
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                if channel not in self._confirmed:
                    self._confirmed[channel] = asyncio.Event()
                    async with self._subscribing:
                        await self._pubsub.subscribe(channel)
                await self._confirmed[channel].wait()
        except REDIS_FAILURES as exc:
            raise UnavailableError(f"Redis: {exc}") from exc

    async def leave(self, topic: str, member: Member) -> None:
        await self._local.leave(topic, member)
        channel = _PREFIX + topic
        with contextlib.suppress(*REDIS_FAILURES):  # in an outage there is no subscription to end
            async with asyncio.timeout(_ANSWER_SECONDS), self._subscribing:
                if topic not in self._local.topics and channel in self._confirmed:
                    del self._confirmed[channel]
                    await self._pubsub.unsubscribe(channel)

    async def publish(self, topic: str, envelope: Envelope) -> None:
        publishing = self._publishing.setdefault(topic, asyncio.Lock())
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), publishing, self._turns:
                await self._redis.publish(_PREFIX + topic, pack(envelope))
        except REDIS_FAILURES as exc:
            raise UnavailableError(f"Redis: {exc}") from exc

    def check(self) -> None:
        if not self._connected.is_set():
            raise UnavailableError("Redis: the subscription is not connected")

    async def _keep_connected(self) -> None:
        """Listen, and watch for silence; after a failure or silence, connect again."""
        pause = _FIRST_PAUSE_SECONDS
        away = False
        while True:
            try:
                await self._connect()
                await run_until_one_fails(self._listen(), self._ping.watch())
            except REDIS_FAILURES as exc:
                if self._connected.is_set() or not away:  # one line an outage
                    logger.warning("Redis is away: %s", exc)
            except Exception:  # such as for another program's bytes in our channels
                logger.exception("listening failed: again in %.1f s", pause)
            if self._connected.is_set():
                pause = _FIRST_PAUSE_SECONDS
            away = True
            self._connected.clear()
            for confirmed in self._confirmed.values():
                confirmed.clear()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _connect(self) -> None:
        """Subscribe to all topics of this process' members, over a new connection."""
        async with asyncio.timeout(_ANSWER_SECONDS), self._subscribing:
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]
            self._pubsub = self._redis.pubsub()
            await self._pubsub.subscribe(self._own_channel, *self._confirmed)

    async def _listen(self) -> NoReturn:
        async for message in self._pubsub.listen():
            self._take(message)
        raise ConnectionError("the subscription has ended")

    def _take(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        topic = channel.removeprefix(_PREFIX)
        if message["type"] == "subscribe":
            self._connected.set()
            if channel in self._confirmed:
                self._confirmed[channel].set()
                self._local.deliver(topic, CATCH_UP)
        elif message["type"] != "message":
            return
        elif channel == self._own_channel:
            self._ping.heard()
        else:
            self._local.deliver(topic, unpack(message["data"]))
