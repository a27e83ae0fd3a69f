"""How late the event loop's timers come. A companion that is late measures itself."""

import asyncio
from collections import deque
from statistics import median
from typing import Final

TICK_S: Final = 0.1
MEASURED: Final = 10
"""So many measurements, one every tick, are one second."""


class Lag:
    """Measures from `start` to `stop`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._late_s: deque[float] = deque(maxlen=MEASURED)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def ms(self) -> float:
        """The median of the last second, so that a single late timer does not raise it."""
        return 1000 * median(self._late_s) if self._late_s else 0.0

    def start(self) -> None:
        """Wait for the next tick."""
        due = self._loop.time() + TICK_S
        self._timer = self._loop.call_at(due, self._tick, due)

    def stop(self) -> None:
        """No tick follows."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self, due: float) -> None:
        self._late_s.append(max(0.0, self._loop.time() - due))
        self.start()
