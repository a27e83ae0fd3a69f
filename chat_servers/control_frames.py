"""The limit on pings and pongs from one connection."""

from chat_servers.settings import CONTROL_FRAMES_PER_SECOND


class ControlFrames:
    """Counts control frames in each second. Times are seconds of a monotonic clock."""

    __slots__ = ("_count", "_ends")

    def __init__(self) -> None:
        self._count = 0
        self._ends = 0.0

    def too_many(self, now: float) -> bool:
        """Count one control frame; returns whether there are too many."""
        if now >= self._ends:
            self._ends = now + 1
            self._count = 0
        self._count += 1
        return self._count > CONTROL_FRAMES_PER_SECOND
