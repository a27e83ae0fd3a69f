"""A ruler for the speed of a core: a fixed piece of work, timed between observations.

A core changes its speed (frequency, neighbours on the same silicon), and neither the load nor the
steal time shows it. `python -m bench.stack.ruler` does the work once for each line of input and
answers with its CPU time in ns.
"""

import subprocess
import sys
import time
from types import TracebackType
from typing import Final, Self

from bench.errors import BenchError
from bench.stack.child import Child

_STEPS: Final = 7_000
"""About 2 ms of interpreted Python, as the servers are."""


class Ruler:
    """The process that does the work, on the cores `cpus`."""

    def __init__(self, cpus: frozenset[int]) -> None:
        command = [sys.executable, "-m", "bench.stack.ruler"]
        self._child = Child(command, cpus=cpus, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        self.seconds()  # the first one is cold
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.stop()
        for pipe in (self._child.process.stdin, self._child.process.stdout):
            if pipe is not None:
                pipe.close()

    def seconds(self) -> float:
        """The CPU time of the fixed work now. Raises BenchError if the process has died."""
        pipe_in, pipe_out = self._child.process.stdin, self._child.process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        try:
            pipe_in.write(b"\n")
            pipe_in.flush()
            return int(pipe_out.readline()) / 1e9
        except (OSError, ValueError):
            raise BenchError(f"The ruler ended: {self._child.last_line()}") from None


def work() -> int:
    """The fixed work: calls, dictionaries and bytes, in the mix that a chat has."""
    found: dict[int, bytes] = {}
    total = 0
    for step in range(_STEPS):
        key = (step * 7919) & 1023
        found[key] = found.get(key, b"")[-16:] + b"%d" % step
        total += len(found[key])
    return total


def main() -> None:
    """Do the work for each line of input."""
    for _ in sys.stdin:
        before = time.thread_time_ns()
        work()
        print(time.thread_time_ns() - before, flush=True)


if __name__ == "__main__":
    main()
