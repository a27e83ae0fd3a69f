"""How long to wait before the next attempt. The caller gives the time, in monotonic seconds."""

import random
from typing import Final

BASE_S: Final = 0.5
LONGEST_S: Final = 15.0
STABLE_S: Final = 10.0
"""After so many seconds without a failure, the next failure counts as the first."""


class Backoff:
    """A wait that doubles with every failure, up to `LONGEST_S`, with jitter."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._troubles = 0
        self._last = float("-inf")

    def next(self, now: float) -> float:
        """Record a failure; returns the seconds to wait."""
        if now - self._last > STABLE_S:
            self._troubles = 0
        whole = min(LONGEST_S, BASE_S * 2.0**self._troubles)
        wait = whole * self._chance.uniform(0.5, 1)
        # The wait itself does not count as time without a failure.
        self._last = now + wait
        self._troubles = min(self._troubles + 1, 10)
        return wait
