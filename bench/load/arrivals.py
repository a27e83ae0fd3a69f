"""When the next message is due: open-loop Poisson arrivals, and an alarm precise to µs.

Independent Poisson senders together are one Poisson process, in which each message comes from a
random sender. So one number, the next due time, is the whole schedule. The schedule does not wait
for the server: an overdue message goes out at once, and its latency counts from the due time.
"""

import asyncio
import contextlib
import ctypes
import math
import os
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence

_NS = 1_000_000_000


class PoissonArrivals:
    """Due times in ns from `start_ns` on, at `rate` a second; none at a rate of 0."""

    def __init__(self, rate: float, start_ns: int, chance: random.Random) -> None:
        """Raises ValueError for a rate that is negative or not finite."""
        if not 0 <= rate < math.inf:
            raise ValueError(f"a rate is a number from 0 on, not {rate}")
        self.rate = rate
        self._chance = chance
        self.next_ns: int | None = start_ns if rate > 0 else None
        self._advance()

    def due(self, before_ns: int) -> Iterator[int]:
        """Yield the due times before `before_ns` that were not yielded before."""
        while self.next_ns is not None and self.next_ns < before_ns:
            due_ns = self.next_ns
            self._advance()
            yield due_ns

    def _advance(self) -> None:
        if self.next_ns is not None:
            # At least 1 ns: a schedule must go on at any rate.
            self.next_ns += max(1, int(self._chance.expovariate(self.rate) * _NS))


class FixedArrivals:
    """Given due times in ns, in order."""

    def __init__(self, due_ns: Sequence[int]) -> None:
        self._due = deque(due_ns)

    @classmethod
    def drawn(
        cls, count: int, start_ns: int, seconds: float, chance: random.Random
    ) -> "FixedArrivals":
        """`count` arrivals of a Poisson process in `seconds`: uniform and independent."""
        return cls(sorted(start_ns + int(chance.random() * seconds * _NS) for _ in range(count)))

    @property
    def next_ns(self) -> int | None:
        """The next due time; None after the last."""
        return self._due[0] if self._due else None

    def due(self, before_ns: int) -> Iterator[int]:
        """Yield the due times before `before_ns` that were not yielded before."""
        while self._due and self._due[0] < before_ns:
            yield self._due.popleft()


class Alarm:
    """Calls back once at a monotonic time.

    The timers of the event loop count whole milliseconds, and the rounding would be part of every
    latency. On Linux the alarm is a timerfd; elsewhere it is the loop's timer.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self._loop = loop
        self._callback = callback
        self._handle: asyncio.TimerHandle | None = None
        self._timer = _TimerFd() if sys.platform == "linux" else None
        if self._timer is not None:
            loop.add_reader(self._timer.fd, self._ring)

    def set(self, at_ns: int | None, now_ns: int) -> None:
        """Ring at this time instead of an earlier setting; None: do not ring."""
        if self._timer is not None:
            self._timer.set(0 if at_ns is None else max(at_ns, 1))
            return
        if self._handle is not None:
            self._handle.cancel()
        if at_ns is not None:
            self._handle = self._loop.call_later(max(0, at_ns - now_ns) / _NS, self._callback)

    def close(self) -> None:
        """Never ring again."""
        if self._timer is not None:
            self._loop.remove_reader(self._timer.fd)
            self._timer.close()
        elif self._handle is not None:
            self._handle.cancel()

    def _ring(self) -> None:
        assert self._timer is not None
        self._timer.acknowledge()
        self._callback()


class _TimerSpec(ctypes.Structure):
    """`struct itimerspec`: the interval, then the time itself."""

    _fields_ = (("interval", ctypes.c_long * 2), ("value", ctypes.c_long * 2))


class _TimerFd:
    """timerfd_create(2); Python itself has it only since 3.13."""

    _NONBLOCK_CLOEXEC = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
    _ABSOLUTE = 1
    _MONOTONIC = 1

    def __init__(self) -> None:
        # PyDLL keeps the interpreter lock: these calls are shorter than releasing it.
        self._libc = ctypes.PyDLL(None, use_errno=True)
        self.fd: int = self._libc.timerfd_create(self._MONOTONIC, self._NONBLOCK_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._spec = _TimerSpec()

    def set(self, at_ns: int) -> None:
        """Ring at this monotonic time; 0: do not ring."""
        self._spec.value[0], self._spec.value[1] = divmod(at_ns, _NS)
        spec = ctypes.byref(self._spec)
        if self._libc.timerfd_settime(self.fd, self._ABSOLUTE, spec, None) < 0:
            raise OSError(ctypes.get_errno(), "timerfd_settime")

    def acknowledge(self) -> None:
        # The read would block if the alarm was set again in the meantime.
        with contextlib.suppress(BlockingIOError):
            os.read(self.fd, 8)

    def close(self) -> None:
        os.close(self.fd)
