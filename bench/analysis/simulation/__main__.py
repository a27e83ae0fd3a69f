"""The simulations in figures: `python -m bench.analysis.simulation [RUNS]`."""

import math
import sys
from collections.abc import Iterator
from itertools import chain

import numpy as np

from bench.analysis.latency import Percentile, blocks_of, percentile
from bench.analysis.simulation.core import Core
from bench.analysis.simulation.queue import (
    percentile_of_queue,
    search_capacity,
    sojourns,
    true_capacity,
)
from bench.analysis.simulation.studies import study
from bench.analysis.sustained import sustained_rate

_ARMS = 22
_EQUAL = (0.0,) * _ARMS
_REST = (0.08,) * (_ARMS - 2)
_SEED = 1
_SERVICE_S = 0.0168
_SEARCHES = (
    (0.0168, 12, 6.0),
    (0.0168, 16, 6.0),
    (0.0168, 16, 12.0),
    (0.002, 16, 0.6),
    (0.002, 16, 6.0),
    (0.002, 16, 20.0),
)

_CORES = {
    "drifting core": Core(_EQUAL),
    "the same, ratio 1.05": Core((math.log(1.05), *_EQUAL[1:])),
    "heavy tails": Core(_EQUAL, tail="heavy"),
    "bursts": Core(_EQUAL, tail="bursts"),
    "unequal noise": Core(_EQUAL, noise=(0.05, 0.2, *_REST)),
    "starts differ by 5 %": Core(_EQUAL, between=0.05),
    "one arm's starts differ by 3 %": Core(_EQUAL, between=(0.03, *(0.01,) * (_ARMS - 1))),
    "24 and 3 messages a slot": Core(
        _EQUAL, messages=(24.0, 3.0, *(12.0,) * (_ARMS - 2)), fixed=1.0
    ),
    "steady core": Core(_EQUAL, speed=0.0),
    "5 starts of 60 rounds": Core(_EQUAL, starts=5, rounds=60),
    "three arms": Core((0.0,) * 3),
}


def main() -> None:
    """Print all tables; the first argument is the number of runs for each row (200)."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for line in chain(_ratios(runs), [""], _percentiles(runs), [""], _capacities(runs)):
        print(line, flush=True)


def _ratios(runs: int) -> Iterator[str]:
    yield "ratio of two arms: coverage, half width, intervals that exclude 1, bias, bias of slots"
    for name, core in _CORES.items():
        for ruler in (True, False):
            found = study(core, runs, _SEED, ruler)
            yield (
                f"{name:32} {'ruler' if ruler else '-':5} {found.coverage:6.3f}"
                f" {found.half_width:6.1%} {found.power:6.3f} {found.bias:+7.4f}"
                f" {found.bias_of_slot_ratios:+7.4f}"
            )


def _percentiles(runs: int) -> Iterator[str]:
    yield "percentile of M/D/1: coverage, intervals without an upper end"
    source = np.random.default_rng(_SEED)
    for load in (0.35, 0.65):
        rate = load / _SERVICE_S
        for windows, messages in ((1, 400), (6, 300), (5, 1000)):
            data = [
                blocks_of(
                    [
                        sojourns(rate, _SERVICE_S, messages, 200, source)[:, None] * 1e6
                        for _ in range(windows)
                    ]
                )
                for _ in range(runs)
            ]
            for share in (0.5, 0.99, 0.999):
                true = percentile_of_queue(rate, _SERVICE_S, share) * 1e6
                all_found = [percentile(blocks, share) for blocks in data]
                found = [each for each in all_found if isinstance(each, Percentile)]
                if found:
                    hits = [f.low <= true * 1.006 and f.high >= true * 0.994 for f in found]
                    ends = [math.isinf(f.high) for f in found]
                    name = f"load {load}, {windows} x {messages}, p{100 * share:g}"
                    yield f"{name:32} {np.mean(hits):6.3f} {np.mean(ends):6.2f}"


def _capacities(runs: int) -> Iterator[str]:
    yield "rate with p99 <= 100 ms in M/D/1: coverage, value / true, without an upper end"
    source = np.random.default_rng(_SEED)
    for service_s, windows, seconds in _SEARCHES:
        limit = true_capacity(service_s, 0.1)
        found = [
            sustained_rate(search_capacity(service_s, 0.1, windows, seconds, source))
            for _ in range(runs)
        ]
        hits = np.mean([f.low <= limit <= f.high for f in found])
        middle = np.median([f.value for f in found]) / limit
        ends = np.mean([math.isinf(f.high) for f in found])
        name = f"{1000 * service_s:g} ms, {windows} windows of {seconds:g} s"
        yield f"{name:32} {hits:6.3f} {middle:6.3f} {ends:6.2f}"


if __name__ == "__main__":
    main()
