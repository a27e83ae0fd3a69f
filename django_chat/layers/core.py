"""channels_redis' core layer, in a subclass that survives an outage of Redis.

The library's `receive` fails during an outage, which ends the consumer. A restarted Redis has lost
all groups. A membership expires although its consumer is still there. And events for a departed
consumer stay in memory. See `docs/upstream/`.
"""

import asyncio
import itertools
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final
from weakref import WeakValueDictionary

from channels_redis.core import RedisChannelLayer
from redis.exceptions import ConnectionError as RedisConnectionError

from chat_core.bulkhead import Bulkhead
from chat_core.coalescing import Coalescing
from chat_core.protocol_limits import BROKER_ANSWER_SECONDS, BROKER_REQUESTS
from django_chat.layers.memberships import Memberships
from django_chat.layers.outage import CATCH_UP, FAILURES

logger = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0
_LATE_SECONDS: Final = 5
"""Seconds beyond the wait that Redis was asked for; after them the connection counts as lost."""

_RENEWALS_IN_AN_EXPIRY: Final = 4
_GROUPS_A_ROUND_TRIP: Final = 500


class ReconnectingRedisChannelLayer(RedisChannelLayer):  # type: ignore[misc]  # untyped library
    """Waits until Redis is back, joins the groups again, and makes every channel catch up.

    During the outage, `group_add` and `group_send` fail at once, and `group_discard` is done later.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._memberships = Memberships(drop=lambda channel: self.receive_buffer.pop(channel, None))
        self._renewed = time.time()  # the same clock as the memberships in Redis
        # Locks keep the order of events to a group: a send is several round trips.
        self._sending: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._turns_to_send = asyncio.Semaphore(BROKER_REQUESTS)
        self._joins = Bulkhead(FAILURES)
        self._to_discard: set[tuple[str, str]] = set()
        """Memberships (group, channel) that may still be in Redis, and must be removed."""
        # One command for each of thousands that leave at once would take a connection each, and so
        # long that Redis would seem to be away.
        self._discarding = Coalescing(self._discard)
        self._connected = asyncio.Event()
        self._connected.set()
        self._coming_back: asyncio.Task[None] | None = None
        self._popping: dict[str, asyncio.Task[bytes | None]] = {}
        """Running requests for the next event, by the channel of a process."""

    @property
    def connected(self) -> bool:
        """Whether, as far as known, events reach the channels of this process."""
        return self._connected.is_set()

    async def receive(self, channel: str) -> dict[str, Any]:
        with self._memberships.receiving(channel):
            received: dict[str, Any] = await super().receive(channel)
            return received

    async def receive_single(self, channel: str) -> tuple[list[str], dict[str, Any]]:
        """Receive for all channels of this process; one waiting consumer at a time does it.

        Returns the channels that the event is for, without channels of departed consumers.
        """
        while True:
            await self._connected.wait()
            try:
                channels, event = await super().receive_single(channel)
            except FAILURES as exc:
                self._lose(exc)
            else:
                if isinstance(channels, str):
                    channels = [channels]
                return [each for each in channels if each in self._memberships], event

    async def _brpop_with_clean(self, index: int, channel: str, timeout: int) -> bytes | None:
        """Take the next event, for the consumer that receives when it arrives.

        The consumer that asked may be cancelled after Redis sent the event and before it arrives.
        """
        if channel not in self._popping:
            self._popping[channel] = asyncio.create_task(self._pop(index, channel, timeout))
            # A waiting consumer gets the error; without one, the error needs no handling.
            self._popping[channel].add_done_callback(lambda pop: pop.cancelled() or pop.exception())
        try:
            popped = await asyncio.shield(self._popping[channel])
        except Exception:
            del self._popping[channel]
            raise
        del self._popping[channel]  # not after a cancellation: the next consumer gets the event
        return popped

    async def _pop(self, index: int, channel: str, timeout: int) -> bytes | None:
        async with asyncio.timeout(timeout + _LATE_SECONDS):
            popped: bytes | None = await super()._brpop_with_clean(index, channel, timeout)
            return popped

    async def group_add(self, group: str, channel: str) -> None:
        self._require_connection()
        self._memberships.add(group, channel)
        self._to_discard.discard((group, channel))
        try:
            await self._joins.run(partial(super().group_add, group, channel))
        except BaseException:
            self._forget(group, channel)
            raise

    async def group_discard(self, group: str, channel: str) -> None:
        self._forget(group, channel)
        if self.connected:
            await self._discarding.run()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._require_connection()
        sending = self._sending.setdefault(group, asyncio.Lock())
        async with asyncio.timeout(BROKER_ANSWER_SECONDS), sending, self._turns_to_send:
            await super().group_send(group, message)

    async def renew(self) -> None:
        idle = time.time() - self._renewed
        if not self.connected or idle < self.group_expiry / _RENEWALS_IN_AN_EXPIRY:
            return
        self._renewed = time.time()
        try:
            absent = await self._put_into_groups()
            # An event expires after this time, so events may have been dropped.
            await self._catch_up(self._memberships if idle > self.expiry else absent)
        except FAILURES as exc:
            self._lose(exc)

    def _require_connection(self) -> None:
        if not self.connected:
            raise RedisConnectionError("Redis is away")

    def _forget(self, group: str, channel: str) -> None:
        self._memberships.discard(group, channel)
        self._to_discard.add((group, channel))

    def _lose(self, exc: Exception) -> None:
        """Begin an outage of Redis: no consumer receives until it is back."""
        if self.connected:
            logger.warning("Redis is away: %s", exc)
            self._connected.clear()
            self._coming_back = asyncio.create_task(self._come_back())

    async def _come_back(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self.connected:
            await asyncio.sleep(pause)
            try:
                await self._restore()
                self._connected.set()
            except FAILURES:
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _restore(self) -> None:
        """Join all groups again, and only then make the channels catch up."""
        await self._put_into_groups()
        await self._take_out_what_left()
        await self._catch_up(self._memberships)

    async def _put_into_groups(self) -> set[str]:
        """Put all channels into their groups; returns channels that were missing from a group."""
        absent: set[str] = set()
        memberships = self._memberships.by_group()
        for index, groups in self._round_trips(memberships):
            pipeline = self.connection(index).pipeline(transaction=False)
            now = time.time()
            for group in groups:
                key = self._group_key(group)
                pipeline.zadd(key, dict.fromkeys(memberships[group], now))
                pipeline.expire(key, self.group_expiry)
            async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                added = (await pipeline.execute())[::2]
            for group, number in zip(groups, added, strict=True):
                absent.update(memberships[group] if number else ())
        every = ((group, each) for group, channels in memberships.items() for each in channels)
        left_meanwhile = [each for each in every if not self._memberships.has(*each)]
        await self._take_out_of_groups(left_meanwhile)
        return absent

    async def _discard(self) -> None:
        try:
            if self.connected:
                await self._take_out_what_left()
        except FAILURES as exc:
            self._lose(exc)

    async def _take_out_what_left(self) -> None:
        left = tuple(self._to_discard)
        await self._take_out_of_groups(left)
        self._to_discard.difference_update(left)

    async def _take_out_of_groups(self, memberships: Iterable[tuple[str, str]]) -> None:
        by_group: dict[str, list[str]] = {}
        for group, channel in memberships:
            by_group.setdefault(group, []).append(channel)
        for index, groups in self._round_trips(by_group):
            pipeline = self.connection(index).pipeline(transaction=False)
            for group in groups:
                pipeline.zrem(self._group_key(group), *by_group[group])
            async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                await pipeline.execute()

    def _round_trips(self, groups: Mapping[str, Any]) -> Iterator[tuple[int, list[str]]]:
        """Yield (index of a Redis, groups on it), with as many groups as fit in one round trip."""

        def shard(group: str) -> int:
            number: int = self.consistent_hash(group)
            return number

        for number, part in itertools.groupby(sorted(groups, key=shard), shard):
            while chunk := list(itertools.islice(part, _GROUPS_A_ROUND_TRIP)):
                yield number, chunk

    async def _catch_up(self, channels: Iterable[str]) -> None:
        """Send one catch-up event to all these channels of this process.

        It goes through Redis, because the receiving consumer waits there for all of them.
        """
        keys, events, _ = self._map_channel_keys_to_connection(channels, CATCH_UP)
        for index, names in keys.items():
            pipeline = self.connection(index).pipeline(transaction=False)
            for name in names:
                pipeline.zadd(name, {events[name]: time.time()})
                pipeline.expire(name, int(self.expiry))
            async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                await pipeline.execute()
