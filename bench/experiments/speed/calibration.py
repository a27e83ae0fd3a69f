"""What a message costs an arm by the newest slots, from which the next slot gets its size."""

import statistics
from collections import deque
from typing import Final

_REMEMBERED: Final = 5
_FIRST_S: Final = {100: 0.01, 10: 0.001, 1: 0.0003}
"""CPU seconds of a message in rooms of this size, before anything is known of an arm."""


class Calibration:
    """CPU seconds of servers and engines for one message, by arm and room."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], deque[float]] = {}

    def message_s(self, column: str, room: int) -> float:
        """The median of the newest slots; a first guess if there was none."""
        found = self._found.get((column, room))
        return statistics.median(found) if found else _FIRST_S[room]

    def learn(self, column: str, room: int, seconds: float, messages: int) -> None:
        """Remember a slot."""
        if messages and seconds > 0:
            kept = self._found.setdefault((column, room), deque(maxlen=_REMEMBERED))
            kept.append(seconds / messages)
