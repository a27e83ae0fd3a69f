"""What a page may break in the stacks of `chatbench up`. Each break ends by itself."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from bench.companion.controls import Break, Broken
from bench.errors import BenchError
from bench.stack.cpu_clock import tree
from bench.stack.engines import RedisEngine
from bench.up.sides import KEYS, Sides

FREEZE_S: Final = 5.0
REDIS_AWAY_S: Final = 3.0

# The standard input ends when our process ends, for any reason: no process stays stopped.
_THAW: Final = """
cat > /dev/null
kill -CONT "$@" 2> /dev/null
"""


class Freeze:
    """Stopped processes. They go on at `end`, and also when this process ends."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._thaw = subprocess.Popen(
            ["/bin/sh", "-c", _THAW, "thaw", *map(str, pids)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def end(self) -> None:
        """Let the processes go on."""
        self._thaw.communicate()


class Breaks:
    """One break at a time, on the stacks and the Redis that this process started."""

    def __init__(self, sides: Sides) -> None:
        self.last: Broken | None = None
        """The newest break; `over` says whether it has ended."""
        self._sides = sides
        self._until = 0.0
        self._freeze: Freeze | None = None
        self._redis: RedisEngine | None = None

    @property
    def under_way(self) -> bool:
        """Whether something is broken now."""
        return self.last is not None and not self.last.over

    @property
    def redis(self) -> bool:
        """Whether there is a Redis here over which a side runs."""
        stacks = self._sides.stacks.values()
        return self._sides.engines.redis is not None and any(s.arm.needs_redis for s in stacks)

    def begin(self, wish: Break, backend: str) -> str:
        """Break something; `backend` is the side's. Returns one sentence. Raises BenchError."""
        if self.under_way:
            raise BenchError("Another break is under way.")
        if wish.what == "redis":
            seconds, said = self._stop_redis()
        else:
            pids = self._pids(backend, all_of_them=wish.what == "freeze")
            seconds, said = (self._freeze_all if wish.what == "freeze" else self._kill)(pids)
        number = 1 if self.last is None else self.last.number + 1
        where = "" if wish.what == "redis" else KEYS[backend]
        self.last = Broken(wish.what, where, seconds, number, over=not seconds)
        self._until = time.monotonic() + seconds
        return f"{where}: {said}" if where else said

    def attend(self) -> None:
        """End a break whose time is over. Raises BenchError if Redis does not start again."""
        if self.under_way and time.monotonic() >= self._until:
            redis, self._redis = self._redis, None
            self.end()
            if redis is not None:
                redis.restart()

    def end(self) -> None:
        """End a break now. A Redis that is away stays away."""
        if self._freeze is not None:
            self._freeze.end()
            self._freeze = None
        if self.last is not None:
            last = self.last
            self.last = Broken(last.what, last.backend, last.seconds, last.number, over=True)

    def _stop_redis(self) -> tuple[float, str]:
        redis = self._sides.engines.redis
        if redis is None or not self.redis:
            raise BenchError("No side runs over a Redis that was started here.")
        self._redis = redis
        redis.child.stop()
        return REDIS_AWAY_S, f"Redis is away for {REDIS_AWAY_S:g} s, and starts again empty."

    def _freeze_all(self, pids: Sequence[int]) -> tuple[float, str]:
        self._freeze = Freeze(pids)
        return FREEZE_S, f"its processes stand still for {FREEZE_S:g} s."

    def _kill(self, pids: Sequence[int]) -> tuple[float, str]:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return 0.0, "a process was killed."

    def _pids(self, backend: str, *, all_of_them: bool) -> list[int]:
        """The processes of one worker, or of all; with those that they started."""
        children = [child for child in self._sides.stacks[backend].children if child.running]
        if not children:
            raise BenchError("No process of this side runs now.")
        return [pid for child in children[: None if all_of_them else 1] for pid in tree(child.pid)]
