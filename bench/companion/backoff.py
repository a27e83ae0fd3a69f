"""How long to wait before the next try. Time is given to it, in seconds of a steady clock."""

import random
from typing import Final

BASE_S: Final = 0.5
LONGEST_S: Final = 15.0
STABLE_S: Final = 10.0
"""So long without trouble, and the next one is the first again."""


class Backoff:
    """Doubles with every trouble, up to a bound, with jitter."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._troubles = 0
        self._last = float("-inf")

    def next(self, now: float) -> float:
        """There was trouble again: the seconds to wait."""
        if now - self._last > STABLE_S:
            self._troubles = 0
        whole = min(LONGEST_S, BASE_S * 2.0**self._troubles)
        wait = whole * self._chance.uniform(0.5, 1)
        # The wait itself is no time in which it went well.
        self._last = now + wait
        self._troubles = min(self._troubles + 1, 10)
        return wait
