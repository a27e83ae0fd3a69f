"""Deliveries in Locust's tables, added in bulk: one event for each delivery would cost 2 µs."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from locust.stats import RequestStats, StatsEntry, StatsError
from numpy.typing import NDArray

from bench.load.live import Sample

METHOD = "WS"


def bucketed(latencies_us: NDArray[np.int64]) -> dict[int, int]:
    """Counts by response time in ms, with the rounding of Locust's `bucket_response_time`."""
    ms = latencies_us / 1000
    digits = np.select([ms < 100, ms < 1000, ms < 10_000], [1, 10, 100], 1000)
    keys, counts = np.unique((np.rint(ms / digits) * digits).astype(np.int64), return_counts=True)
    return dict(zip(keys.tolist(), counts.tolist(), strict=True))


_NOTHING = np.empty(0, np.int64)


def count_sample(stats: RequestStats, named: Callable[[str, str], str], sample: Sample) -> None:
    """Add a sample: deliveries and disconnects, in a row for each class of users.

    `named(what, class)` is the name of a row. The class is that of the member that receives.
    """
    missed, cut = _by_kind(sample.missed), _by_kind(sample.disconnects)
    for kind in dict.fromkeys((*sample.arrived_us, *missed)):
        arrived = sample.arrived_us.get(kind, _NOTHING)
        count(stats, named("delivery", kind), arrived, missed.get(kind, Counter()))
    for kind, causes in cut.items():
        count(stats, named("disconnect", kind), _NOTHING, causes)


def count(
    stats: RequestStats, name: str, latencies_us: NDArray[np.int64], failed: Counter[str]
) -> None:
    """Add requests, and failed requests without a response time, by their words.

    A number below 0 takes failures back: a delivery counted as lost, and then it came.
    """
    failed = Counter({words: number for words, number in failed.items() if number})
    if not latencies_us.size and not failed:
        return
    entry = _entry(stats, name, latencies_us, failed.total())
    stats.entries[(name, METHOD)].extend(entry)
    stats.total.extend(entry)
    for words, number in failed.items():
        _count_error(stats, name, words, number)
    drop_void_errors(stats)


def drop_void_errors(stats: RequestStats) -> None:
    """Remove errors that did not occur after all: Locust's exit code is 1 with any error."""
    for key in [key for key, error in stats.errors.items() if not error.occurrences]:
        del stats.errors[key]


def _by_kind(counts: Counter[tuple[str, str]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for (kind, words), number in counts.items():
        found.setdefault(kind, Counter())[words] += number
    return found


def _entry(
    stats: RequestStats, name: str, latencies_us: NDArray[np.int64], failures: int
) -> StatsEntry:
    now = time.time()
    entry: Any = StatsEntry(stats, name, METHOD)
    entry.num_requests = int(latencies_us.size) + failures
    entry.num_none_requests = entry.num_failures = failures
    if latencies_us.size:
        entry.total_response_time = float(latencies_us.sum()) / 1000
        entry.min_response_time = float(latencies_us.min()) / 1000
        entry.max_response_time = float(latencies_us.max()) / 1000
    entry.response_times = bucketed(latencies_us)
    entry.num_reqs_per_sec = {int(now): entry.num_requests}
    entry.num_fail_per_sec = {int(now): failures} if failures else {}
    entry.last_request_timestamp = now
    return entry  # type: ignore[no-any-return]


def _count_error(stats: RequestStats, name: str, words: str, number: int) -> None:
    key = StatsError.create_key(METHOD, name, words)
    error = stats.errors.setdefault(key, StatsError(METHOD, name, words))
    error.occurrences += number - 1
    error.occurred()
