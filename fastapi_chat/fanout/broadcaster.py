"""A fan-out over encode/broadcaster, for Redis and for PostgreSQL.

broadcaster's README subscribes once for each socket. Here it is once for each topic and process,
and `MemoryFanout` hands on what comes: an envelope is unpacked once, and waits in the bounded
outboxes of the members instead of in broadcaster's queues, which have no bound.
"""

import asyncio
import contextlib
import hashlib
import logging
import uuid
from collections.abc import Coroutine
from typing import Any, Final
from weakref import WeakValueDictionary

import asyncpg  # type: ignore[import-untyped]
from broadcaster import Broadcast
from redis.exceptions import RedisError

from chat_core import protocol_limits
from chat_core.envelope import CATCH_UP, Envelope
from chat_core.self_ping import SelfPing
from chat_core.unavailable import TooLargeError, UnavailableError
from fastapi_chat.fanout.memory import MemoryFanout
from fastapi_chat.fanout.text_envelope import pack_text, unpack_text
from fastapi_chat.member import Member

logger = logging.getLogger(__name__)

NOTIFY_BYTES: Final = 7999
"""What PostgreSQL carries in one NOTIFY."""

_ANSWER_SECONDS: Final = protocol_limits.BROKER_ANSWER_SECONDS
_CONNECT_SECONDS: Final = 2 * _ANSWER_SECONDS
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 2.0
_FAILURES = (RedisError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class BroadcasterFanout:
    """Publishes through a `Broadcast`, and builds a new one when that has fallen silent.

    broadcaster does not say that its connection is lost: its listener ends, and nothing comes any
    more. So this process sends itself a word now and then. `most_bytes` is what the broker carries
    in one piece, None where it has no limit.
    """

    def __init__(self, url: str, most_bytes: int | None = None) -> None:
        self._url = url
        self._one_connection = url.startswith("postgres")
        self._most_bytes = most_bytes
        self._local = MemoryFanout()
        self._broadcast: Broadcast | None = None
        self._subscriptions: dict[str, contextlib.AsyncExitStack] = {}
        self._deliveries: set[asyncio.Task[None]] = set()
        # asyncpg's connection does one thing at a time.
        self._asking = asyncio.Lock()
        # What is published to a channel keeps its order.
        self._publishing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._keeper: asyncio.Task[None] | None = None
        self._own_topic = f"process.{uuid.uuid4().hex}"
        self._healthy = asyncio.Event()
        self._ping = SelfPing(self._publish_to_itself)
        self._lost = asyncio.Event()

    async def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep_connected())
        with contextlib.suppress(TimeoutError):  # without its broker, the chat starts too
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._healthy.wait()

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    async def join(self, topic: str, member: Member) -> None:
        self.check()
        await self._local.join(topic, member)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), self._asking:
                await self._subscribe(self._connected(), topic)
        except _FAILURES as exc:
            raise UnavailableError(f"broadcaster: {exc}") from exc

    async def leave(self, topic: str, member: Member) -> None:
        await self._local.leave(topic, member)
        with contextlib.suppress(*_FAILURES):
            async with asyncio.timeout(_ANSWER_SECONDS), self._asking:
                if topic not in self._local.topics and topic in self._subscriptions:
                    await self._subscriptions.pop(topic).aclose()

    async def publish(self, topic: str, envelope: Envelope) -> None:
        await self._publish(self._connected(), _channel(topic), self._pack(envelope))

    def check(self) -> None:
        self._connected()

    def _connected(self) -> Broadcast:
        if self._broadcast is None or self._lost.is_set():
            raise UnavailableError("broadcaster: its connection is lost")
        return self._broadcast

    def _pack(self, envelope: Envelope) -> str:
        """What is too long goes as a reference, where the members can read it in the history."""
        packed = pack_text(envelope)
        if self._most_bytes is None or len(packed.encode()) <= self._most_bytes:
            return packed
        if envelope.seq is None:
            raise TooLargeError(f"PostgreSQL's NOTIFY carries at most {self._most_bytes} bytes")
        return pack_text(CATCH_UP)

    async def _publish(self, broadcast: Broadcast, channel: str, packed: str) -> None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), self._publishing_to(channel):
                await broadcast.publish(channel, packed)
        except _FAILURES as exc:
            self._lost.set()
            raise UnavailableError(f"broadcaster: {exc}") from exc

    def _publishing_to(self, channel: str) -> asyncio.Lock:
        if self._one_connection:
            return self._asking
        return self._publishing.setdefault(channel, asyncio.Lock())

    async def _subscribe(self, broadcast: Broadcast, topic: str) -> None:
        """Take part in a topic, once; what was published before does not come."""
        if topic in self._subscriptions:
            return
        stack = contextlib.AsyncExitStack()
        try:
            subscriber = await stack.enter_async_context(broadcast.subscribe(_channel(topic)))
        except KeyError as exc:  # by which broadcaster says that it could not subscribe
            raise ConnectionError("it could not subscribe") from exc
        self._subscriptions[topic] = stack
        delivery = asyncio.create_task(self._deliver(topic, subscriber))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    async def _deliver(self, topic: str, subscriber: Any) -> None:  # whose own types are wrong
        """Hand on what comes, until the subscription ends."""
        async for event in subscriber:
            if topic == self._own_topic:
                self._ping.heard()
                self._healthy.set()
            else:
                self._local.deliver(topic, unpack_text(event.message))

    async def _keep_connected(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        away = False
        while True:
            broadcast = Broadcast(self._url)
            try:
                await _within(_CONNECT_SECONDS, self._connect(broadcast))
                pause = _FIRST_PAUSE_SECONDS
                await self._watch()
            except Exception as exc:  # of whatever kind: nobody else connects again
                if self._broadcast is not None or not away:  # one line an outage
                    logger.warning("broadcaster is cut off: %s", exc)
                away = True
            finally:
                self._broadcast = None
                self._asking = asyncio.Lock()  # whoever holds it asks a connection that is gone
                with contextlib.suppress(Exception):  # it is let go of, however it takes that
                    await _within(_CONNECT_SECONDS, self._disconnect(broadcast))
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _connect(self, broadcast: Broadcast) -> None:
        """Be in all topics, also in those of a connection before, and catch up in these."""
        async with asyncio.timeout(_ANSWER_SECONDS):
            await broadcast.connect()
        async with self._asking:
            # Over Redis, its listener may find nothing subscribed yet, and waits for a second one.
            for topic in (self._own_topic, f"{self._own_topic}.2", *self._local.topics):
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await self._subscribe(broadcast, topic)
            self._broadcast = broadcast
            self._lost.clear()
        for topic in self._local.topics:
            self._local.deliver(topic, CATCH_UP)

    async def _watch(self) -> None:
        """Return never, and raise once nothing comes any more, or cannot be published."""
        try:
            async with asyncio.TaskGroup() as watching:
                watching.create_task(self._ping.watch())
                watching.create_task(self._until_lost())
        except ExceptionGroup as both:
            raise both.exceptions[0] from None

    async def _until_lost(self) -> None:
        await self._lost.wait()
        raise UnavailableError("broadcaster: it did not publish")

    async def _publish_to_itself(self) -> None:
        await self._publish(self._connected(), _channel(self._own_topic), "")

    async def _disconnect(self, broadcast: Broadcast) -> None:
        """Let go of a connection, which may be broken."""
        subscriptions = tuple(self._subscriptions.values())
        self._subscriptions.clear()
        deadline = asyncio.get_running_loop().time() + _ANSWER_SECONDS
        for subscription in subscriptions:
            with contextlib.suppress(*_FAILURES):
                async with asyncio.timeout_at(deadline):
                    await subscription.aclose()
        for delivery in tuple(self._deliveries):
            delivery.cancel()
        with contextlib.suppress(*_FAILURES):
            async with asyncio.timeout_at(deadline):
                await _let_go(broadcast)


async def _within(seconds: float, asking: Coroutine[Any, Any, None]) -> None:
    """Wait for it so long, also where it does not end when it is cancelled.

    redis-py waits by `asyncio.wait_for`, which on Python 3.11 can lose a cancellation: then nobody
    would connect again. Raises TimeoutError.
    """
    task = asyncio.create_task(asking)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        task.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise TimeoutError("it does not answer")
    if task.cancelled():  # by itself: broadcaster's own listener may have been
        raise ConnectionError("it was broken off")
    task.result()


async def _let_go(broadcast: Broadcast) -> None:
    try:
        await broadcast.disconnect()
    except AttributeError:  # it never connected: then it leaves what it began
        with contextlib.suppress(AttributeError):
            await broadcast._backend.disconnect()


def _channel(topic: str) -> str:
    """A topic's channel: names in PostgreSQL end after 63 bytes."""
    return f"chat.{hashlib.blake2b(topic.encode(), digest_size=16).hexdigest()}"
