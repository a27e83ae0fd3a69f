"""A token bucket. Callers give the time, in seconds of any monotonic clock."""

from dataclasses import dataclass

from chat_core import protocol_limits


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` tokens come back each second; a bucket holds at most `burst`."""

    per_second: float
    burst: float


class TokenBucket:
    """Gives tokens while there are enough; without a rate there are always enough."""

    __slots__ = ("__weakref__", "_rate", "_seen", "_tokens")

    def __init__(self, rate: Rate | None, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst if rate else 0.0
        self._seen = now

    def take(self, now: float, amount: int = 1) -> bool:
        """Take `amount` tokens at the time `now`; if fewer are left, take none and return False."""
        if self._rate is None:
            return True
        self._refill(self._rate, now)
        if self._tokens < amount:
            return False
        self._tokens -= amount
        return True

    def is_full(self, now: float) -> bool:
        """Whether all tokens are there, as in a new bucket."""
        if self._rate is None:
            return True
        self._refill(self._rate, now)
        return self._tokens >= self._rate.burst

    def _refill(self, rate: Rate, now: float) -> None:
        self._tokens = min(rate.burst, self._tokens + (now - self._seen) * rate.per_second)
        self._seen = now


class MemberRates:
    """The buckets of one member: messages, bytes, typing, and refused frames."""

    __slots__ = ("bytes", "messages", "refusals", "typing")

    def __init__(self, messages: Rate | None, bytes_: Rate | None, now: float) -> None:
        self.messages = TokenBucket(messages, now)
        self.bytes = TokenBucket(bytes_, now)
        self.typing = TokenBucket(Rate(protocol_limits.TYPING_PER_SECOND, 1), now)
        self.refusals = TokenBucket(
            Rate(protocol_limits.MISBEHAVIOUR_PER_SECOND, protocol_limits.MISBEHAVIOUR_BURST), now
        )
