"""How many pings and pongs one connection may send."""

from chat_servers.settings import CONTROL_FRAMES_PER_SECOND


class ControlFrames:
    """Counts them second by second. Times in seconds of a monotonic clock."""

    __slots__ = ("_count", "_ends")

    def __init__(self) -> None:
        self._count = 0
        self._ends = 0.0

    def too_many(self, now: float) -> bool:
        """Count one more; whether that was too many."""
        if now >= self._ends:
            self._ends = now + 1
            self._count = 0
        self._count += 1
        return self._count > CONTROL_FRAMES_PER_SECOND
