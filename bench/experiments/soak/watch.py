"""What the server processes of a stack have taken, at one moment."""

from collections.abc import Sequence

import psutil

from bench.envelope.soak import SoakSample
from bench.stack.stack import Stack

_KIB = 1024


def sample(stack: Stack, at_s: float, connections: int, latencies_us: Sequence[int]) -> SoakSample:
    """`latencies_us` are those of the deliveries since the last sample."""
    processes = [psutil.Process(pid) for pid in stack.processes().servers]
    ordered = sorted(latencies_us)
    return SoakSample(
        round(at_s, 2),
        connections,
        sum(each.memory_info().rss for each in processes) / _KIB,
        sum(each.num_fds() for each in processes),
        _at(ordered, 0.5),
        _at(ordered, 0.99),
    )


def _at(ordered: Sequence[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0
