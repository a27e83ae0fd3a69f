"""How often a client may try to sign in or to register: the rules.

An attempt is counted first, and goes on only if the count allows it. So simultaneous attempts do
not evade the limit, in one process or in several. A success is subtracted from the counts again.

Callers give the time and the storage of the counts; the library `limits` has such storages.
"""

import contextlib
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, NamedTuple, Protocol

from chat_core.accounts import digest, too_many_attempts
from chat_core.rate_limit import Rate
from chat_core.unavailable import UnavailableError

logger = logging.getLogger(__name__)

_TIMES_PER_ADDRESS: Final = 10
"""The limit of an address as a multiple: an address may be a school, a name there is one person."""
_TIMES_PER_NAME: Final = 10
"""The limit of a name as a multiple: guesses from other addresses must not lock the owner out."""


class Counts(Protocol):
    """Keeps counts; each count ends a number of seconds after its start."""

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count atomically, and return the new count."""

    async def get_expiry(self, key: str) -> float:
        """The end of a count, in seconds since the epoch."""


class _Limit(NamedTuple):
    key: str
    most: int
    seconds: int


class _Attempt(NamedTuple):
    counts: Counts
    limits: Sequence[_Limit]


class LoginThrottle:
    """Counts attempts in `shared`, which all processes use, and during its outage in `own`.

    `failures` are the errors of `shared` during an outage. Each process then counts for itself, so
    logins are neither unlimited nor refused. `disconnect` ends the connections of `shared`. Without
    a rate nothing is counted.
    """

    def __init__(
        self,
        rate: Rate | None,
        own: Counts,
        shared: Counts | None = None,
        failures: tuple[type[Exception], ...] = (OSError,),
        disconnect: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._rate = rate
        self._own = own
        self._shared = shared
        self._failures = failures
        self._disconnect = disconnect
        self._outage = False

    @contextlib.asynccontextmanager
    async def login(self, name: str, address: str, now: float) -> AsyncIterator[None]:
        """Count a login with a folded name, unless the block ends without an error.

        `now` is in seconds since the epoch. Raises RefusedCallError with 429.
        """
        attempt = await self._begin(_login_limits(self._rate, name, address), now)
        try:
            yield
        except UnavailableError:  # the password was not checked
            await self._take_back(attempt)
            raise
        await self._take_back(attempt)

    @contextlib.asynccontextmanager
    async def registration(self, name: str, address: str, now: float) -> AsyncIterator[None]:
        """Count a registration, with any result, because mass registration must be limited, too.

        Raises RefusedCallError with 429.
        """
        await self._begin(_registration_limits(self._rate, name, address), now)
        yield

    async def stop(self) -> None:
        """Disconnect from the shared counts."""
        if self._disconnect is not None:
            await self._disconnect()

    async def _begin(self, limits: Sequence[_Limit], now: float) -> _Attempt:
        """Count an attempt. Raises RefusedCallError."""
        if self._shared is not None:
            attempt = _Attempt(self._shared, limits)
            try:
                await _count(attempt, now)
            except self._failures as exc:
                if not self._outage:
                    logger.warning("each process counts logins for itself: %s", exc)
                self._outage = True
            else:
                self._outage = False
                return attempt
        attempt = _Attempt(self._own, limits)
        await _count(attempt, now)
        return attempt

    async def _take_back(self, attempt: _Attempt) -> None:
        with contextlib.suppress(*self._failures):
            for limit in attempt.limits:
                await attempt.counts.incr(limit.key, limit.seconds, -1)


async def _count(attempt: _Attempt, now: float) -> None:
    """Count in all limits, the narrowest first: its refusals do not count in the wider ones."""
    for limit in attempt.limits:
        count = await attempt.counts.incr(limit.key, limit.seconds)
        if count > limit.most:
            await attempt.counts.incr(limit.key, limit.seconds, -1)
            ends = await attempt.counts.get_expiry(limit.key)
            # The storage has begun the count a little later than `now`.
            raise too_many_attempts(min(limit.seconds, max(1, math.ceil(ends - now))))


def _login_limits(rate: Rate | None, name: str, address: str) -> list[_Limit]:
    if rate is None:
        return []
    most, seconds = _window(rate)
    return [
        _Limit(f"login/both/{digest(name)}/{address}", most, seconds),
        _Limit(f"login/address/{address}", most * _TIMES_PER_ADDRESS, seconds),
        _Limit(f"login/name/{digest(name)}", most * _TIMES_PER_NAME, seconds),
    ]


def _registration_limits(rate: Rate | None, name: str, address: str) -> list[_Limit]:
    if rate is None:
        return []
    most, seconds = _window(rate)
    return [
        _Limit(f"register/both/{digest(name)}/{address}", most, seconds),
        _Limit(f"register/address/{address}", most * _TIMES_PER_ADDRESS, seconds),
    ]


def _window(rate: Rate) -> tuple[int, int]:
    return int(rate.burst), max(1, round(rate.burst / rate.per_second))
