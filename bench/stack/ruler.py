"""A ruler for the speed of a core: a fixed piece of work, timed between observations.

A core changes its speed (frequency, neighbours on the same silicon), and neither the load nor the
steal time shows it. `python -m bench.stack.ruler` does the work once for each line of input and
answers with its CPU time in ns.
"""

import sys
import time
from typing import Final, Self

from bench.stack.dialogue import Dialogue

_STEPS: Final = 7_000
"""About 2 ms of interpreted Python, as the servers are."""


class Ruler(Dialogue):
    """The process that does the work, on the cores `cpus`."""

    def __init__(self, cpus: frozenset[int]) -> None:
        super().__init__("The ruler", ["bench.stack.ruler"], cpus)

    def __enter__(self) -> Self:
        self.seconds()  # the first one is cold
        return self

    def seconds(self) -> float:
        """The CPU time of the fixed work now. Raises BenchError if the process has died."""
        return int(self.ask(b"")) / 1e9


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
