"""How often a login may fail: under one name, and from one address."""

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final, NamedTuple
from weakref import WeakValueDictionary

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chat_core.accounts import RefusedCallError, digest, too_many_attempts
from chat_core.rate_limit import Rate

logger = logging.getLogger(__name__)

_TIMES_PER_ADDRESS: Final = 10
"""One address may be a school; one name is one person."""

_REDIS_SECONDS: Final = 2.0


class _Count(NamedTuple):
    item: RateLimitItem
    key: tuple[str, ...]


class LoginThrottle:
    """Counts in a moving window, in Redis where the workers share one.

    While Redis is away each process counts for itself: neither open to all nor closed to all.
    Attempts under one name wait for each other, so that many at once are no way around the count.
    Without a rate nothing is counted.
    """

    def __init__(self, rate: Rate | None, redis_url: str | None = None, prefix: str = "") -> None:
        """`prefix` tells this chat's keys from those of others in the same Redis."""
        self._rate = rate
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._redis = _connections(redis_url) if rate and redis_url else None
        self._shared = _shared_limiter(self._redis, prefix) if self._redis else None
        self._away = False
        self._one_at_a_time: WeakValueDictionary[tuple[str, str], asyncio.Lock] = (
            WeakValueDictionary()
        )

    def login(self, name: str, address: str | None) -> contextlib.AbstractAsyncContextManager[None]:
        """Around a login under a folded name: counted where the block raises RefusedCallError.

        Raises RefusedCallError with 429 where it failed too often before.
        """
        return self._attempt("login", name, address, count_success=False)

    def registration(
        self, name: str, address: str | None
    ) -> contextlib.AbstractAsyncContextManager[None]:
        """Around a registration: counted however it ends, for accounts are not to be had en masse.

        Raises RefusedCallError with 429.
        """
        return self._attempt("register", name, address, count_success=True)

    async def stop(self) -> None:
        """Disconnect."""
        if self._redis is not None:
            await self._redis.aclose()

    @contextlib.asynccontextmanager
    async def _attempt(
        self, kind: str, name: str, address: str | None, *, count_success: bool
    ) -> AsyncIterator[None]:
        if self._rate is None:
            yield
            return
        counts = _counts(self._rate, kind, name, address or "")
        lock = self._one_at_a_time.setdefault((kind, name), asyncio.Lock())
        async with lock:
            for count in counts:
                await self._refuse(count)
            try:
                yield
            except RefusedCallError:
                await self._count(counts)
                raise
            if count_success:
                await self._count(counts)

    async def _refuse(self, count: _Count) -> None:
        reset, remaining = await self._ask(
            lambda limiter: limiter.get_window_stats(count.item, *count.key)
        )
        if remaining <= 0:
            raise too_many_attempts(max(1, math.ceil(reset - time.time())))

    async def _count(self, counts: tuple[_Count, ...]) -> None:
        for count in counts:
            await self._ask(partial(_hit, count))

    async def _ask(self, question: Callable[[MovingWindowRateLimiter], Awaitable[Any]]) -> Any:
        if self._shared is not None:
            try:
                answer = await question(self._shared)
            except (RedisError, OSError) as exc:
                if not self._away:
                    logger.warning("Redis is away, logins are counted by process: %s", exc)
                self._away = True
            else:
                self._away = False
                return answer
        return await question(self._local)


async def _hit(count: _Count, limiter: MovingWindowRateLimiter) -> bool:
    return await limiter.hit(count.item, *count.key)


def _connections(url: str) -> ConnectionPool:
    return ConnectionPool.from_url(
        url,
        retry=Retry(NoBackoff(), 1),
        socket_connect_timeout=_REDIS_SECONDS,
        socket_timeout=_REDIS_SECONDS,
    )


def _shared_limiter(connections: ConnectionPool, prefix: str) -> MovingWindowRateLimiter:
    options: dict[str, Any] = {"connection_pool": connections}
    storage = RedisStorage(
        "async+redis://", implementation="redispy", key_prefix=f"{prefix}:limits", **options
    )
    return MovingWindowRateLimiter(storage)


def _counts(rate: Rate, kind: str, name: str, address: str) -> tuple[_Count, ...]:
    seconds = max(1, round(rate.burst / rate.per_second))
    most = int(rate.burst)
    return (
        _Count(RateLimitItemPerSecond(most, seconds), (kind, "name", digest(name))),
        _Count(
            RateLimitItemPerSecond(most * _TIMES_PER_ADDRESS, seconds), (kind, "address", address)
        ),
    )
