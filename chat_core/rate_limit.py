"""A token bucket. Time is given to it, in seconds of any clock that only goes forward."""

from dataclasses import dataclass

from chat_core import protocol_limits


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` tokens come back each second, at most `burst` are kept."""

    per_second: float
    burst: float


class TokenBucket:
    """Takes one token a call while there are any; without a rate there always are."""

    __slots__ = ("_rate", "_seen", "_tokens")

    def __init__(self, rate: Rate | None, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst if rate else 0.0
        self._seen = now

    def take(self, now: float) -> bool:
        """Take a token at the time `now`; False where none is left."""
        if self._rate is None:
            return True
        back = (now - self._seen) * self._rate.per_second
        self._tokens = min(self._rate.burst, self._tokens + back)
        self._seen = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


class MemberRates:
    """What one member may do how often: say something, be typing, and send what is refused."""

    __slots__ = ("messages", "refusals", "typing")

    def __init__(self, messages: Rate | None, now: float) -> None:
        self.messages = TokenBucket(messages, now)
        self.typing = TokenBucket(Rate(protocol_limits.TYPING_PER_SECOND, 1), now)
        self.refusals = TokenBucket(
            Rate(protocol_limits.MISBEHAVIOUR_PER_SECOND, protocol_limits.MISBEHAVIOUR_BURST), now
        )
