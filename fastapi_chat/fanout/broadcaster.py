"""A fan-out over encode/broadcaster, for Redis and for PostgreSQL.

broadcaster's README subscribes once for each socket. This fan-out subscribes once for each topic
and process, and `MemoryFanout` delivers to the members. So an envelope is unpacked once, and waits
in the bounded outboxes of the members, not in broadcaster's unbounded queues.
"""

import asyncio
import contextlib
import hashlib
import logging
import uuid
from collections.abc import Coroutine
from typing import Any, Final, NoReturn
from weakref import WeakValueDictionary

from broadcaster import Broadcast

from chat_core import protocol_limits
from chat_core.envelope import CATCH_UP, Envelope
from chat_core.self_ping import SelfPing
from chat_core.side_by_side import run_until_one_fails
from chat_core.unavailable import TooLargeError, UnavailableError
from fastapi_chat.fanout.memory import MemoryFanout
from fastapi_chat.fanout.text_envelope import pack_text, unpack_text
from fastapi_chat.member import Member
from fastapi_chat.postgres_failures import POSTGRES_FAILURES
from fastapi_chat.redis_failures import REDIS_FAILURES

logger = logging.getLogger(__name__)

NOTIFY_BYTES: Final = 7999
"""The largest payload of PostgreSQL's NOTIFY in bytes."""

_ANSWER_SECONDS: Final = protocol_limits.BROKER_ANSWER_SECONDS
_CONNECT_SECONDS: Final = 2 * _ANSWER_SECONDS
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 2.0
_FAILURES = (*REDIS_FAILURES, *POSTGRES_FAILURES)


class BroadcasterFanout:
    """Publishes through a `Broadcast`, and replaces a silent one.

    broadcaster does not report a lost connection: its listener ends, and no more events arrive. So
    this process pings itself at intervals. `most_bytes` is the largest payload of the broker; None
    without a limit.
    """

    def __init__(self, url: str, most_bytes: int | None = None) -> None:
        self._url = url
        self._one_connection = url.startswith("postgres")
        self._most_bytes = most_bytes
        self._local = MemoryFanout()
        self._broadcast: Broadcast | None = None
        self._subscriptions: dict[str, contextlib.AsyncExitStack] = {}
        self._deliveries: set[asyncio.Task[None]] = set()
        # An asyncpg connection runs one query at a time.
        self._asking = asyncio.Lock()
        # Locks keep the order of envelopes to a channel.
        self._publishing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._keeper: asyncio.Task[None] | None = None
        self._own_topic = f"process.{uuid.uuid4().hex}"
        self._healthy = asyncio.Event()
        self._ping = SelfPing(self._publish_to_itself)
        self._lost = asyncio.Event()

    async def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep_connected())
        with contextlib.suppress(TimeoutError):  # the chat starts without its broker, too
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
        """The packed envelope; if it is too long and in the history, only a reference to it."""
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
        """Subscribe to a topic once; returns when the subscription is active."""
        if topic in self._subscriptions:
            return
        stack = contextlib.AsyncExitStack()
        try:
            subscriber = await stack.enter_async_context(broadcast.subscribe(_channel(topic)))
        except KeyError as exc:  # broadcaster's error for a failed subscription
            raise ConnectionError("it could not subscribe") from exc
        self._subscriptions[topic] = stack
        delivery = asyncio.create_task(self._deliver(topic, subscriber))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    async def _deliver(self, topic: str, subscriber: Any) -> None:  # its declared types are wrong
        """Deliver arriving envelopes until the subscription ends."""
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
                await run_until_one_fails(self._ping.watch(), self._until_lost())
            except Exception as exc:  # any kind, because only this task connects again
                if self._broadcast is not None or not away:  # one line an outage
                    logger.warning("broadcaster is cut off: %s", exc)
                away = True
            finally:
                self._broadcast = None
                self._asking = (
                    asyncio.Lock()
                )  # a holder of the old lock waits for a lost connection
                with contextlib.suppress(Exception):  # its errors do not matter any more
                    await _within(_CONNECT_SECONDS, self._disconnect(broadcast))
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _connect(self, broadcast: Broadcast) -> None:
        """Subscribe to all topics, also those of the last connection, and catch up in these."""
        async with asyncio.timeout(_ANSWER_SECONDS):
            await broadcast.connect()
        async with self._asking:
            # Over Redis, the listener may find no subscription yet, and then waits for a second.
            for topic in (self._own_topic, f"{self._own_topic}.2", *self._local.topics):
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await self._subscribe(broadcast, topic)
            self._broadcast = broadcast
            self._lost.clear()
        for topic in self._local.topics:
            self._local.deliver(topic, CATCH_UP)

    async def _until_lost(self) -> NoReturn:
        await self._lost.wait()
        raise UnavailableError("broadcaster: it did not publish")

    async def _publish_to_itself(self) -> None:
        await self._publish(self._connected(), _channel(self._own_topic), "")

    async def _disconnect(self, broadcast: Broadcast) -> None:
        """Disconnect a connection that may be broken."""
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
    """Wait at most `seconds`, even if the coroutine does not end when it is cancelled.

    redis-py uses `asyncio.wait_for`, which can lose a cancellation on Python 3.11. Then the task
    that connects again would hang. Raises TimeoutError.
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
    if task.cancelled():  # not by us: broadcaster's listener may have been cancelled
        raise ConnectionError("it was broken off")
    task.result()


async def _let_go(broadcast: Broadcast) -> None:
    try:
        await broadcast.disconnect()
    except AttributeError:  # it never connected, and then it leaves its tasks behind
        with contextlib.suppress(AttributeError):
            await broadcast._backend.disconnect()


def _channel(topic: str) -> str:
    """The channel of a topic: names in PostgreSQL have at most 63 bytes."""
    return f"chat.{hashlib.blake2b(topic.encode(), digest_size=16).hexdigest()}"
