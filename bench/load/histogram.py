"""Latencies in µs as an HDR histogram, recorded in bulk."""

from typing import Any, Self

import numpy as np
from hdrh.histogram import HdrHistogram
from numpy.typing import NDArray

LOWEST_US = 1
HIGHEST_US = 3_600_000_000
SIGNIFICANT_FIGURES = 3

_SUB_BUCKET_BITS = 11  # three significant figures need 2048 steps in the first bucket
_HALF = 1 << (_SUB_BUCKET_BITS - 1)


def bucket_indexes(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index of each value (µs, from 0 to HIGHEST_US) in an HDR histogram's counts."""
    _, bits = np.frexp(values)
    shift = np.maximum(bits.astype(np.int64) - _SUB_BUCKET_BITS, 0)
    return (shift << (_SUB_BUCKET_BITS - 1)) + (values >> shift)


def highest_in_bucket(index: int) -> int:
    """The largest value (µs) that is counted at this index."""
    if index < 2 * _HALF:
        return index
    shift = (index >> (_SUB_BUCKET_BITS - 1)) - 1
    step = (index & (_HALF - 1)) + _HALF
    return ((step + 1) << shift) - 1


class Histogram:
    """Counts of values in µs, exact to three figures; sum and largest value are kept exactly."""

    def __init__(self) -> None:
        self._hdr = HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_FIGURES)
        # numpy counts in the library's array, so that the library can encode the counts.
        self._counts: NDArray[np.uint64] = np.frombuffer(self._hdr.counts, dtype=np.uint64)
        self.count = 0
        self.sum_us = 0
        self.max_us = 0

    def record(self, values: NDArray[np.int64]) -> None:
        """Add many values in µs; values out of range count at the ends of the range."""
        if not values.size:
            return
        values = np.clip(values, 0, HIGHEST_US)
        found = np.bincount(bucket_indexes(values))
        self._counts[: found.size] += found.astype(np.uint64)
        self.count += int(values.size)
        self.sum_us += int(values.sum())
        self.max_us = max(self.max_us, int(values.max()))

    def merge(self, other: Self) -> None:
        """Add another histogram's counts."""
        self._counts += other._counts
        self.count += other.count
        self.sum_us += other.sum_us
        self.max_us = max(self.max_us, other.max_us)

    def copy(self) -> Self:
        """The same counts, which later records do not change."""
        new = type(self)()
        new.merge(self)
        return new

    def since(self, earlier: Self) -> Self:
        """The values that were added since `earlier`, a copy of this histogram.

        Its largest value is known to three figures only. All values if `earlier` has more.
        """
        new = type(self)()
        if earlier.count > self.count:
            earlier = new
        new._counts += self._counts
        new._counts -= np.minimum(earlier._counts, self._counts)
        new.count = self.count - earlier.count
        new.sum_us = self.sum_us - earlier.sum_us
        new.max_us = self.max_us
        return new

    def percentile(self, percent: float) -> int:
        """The value in µs that this share of all values does not exceed; 0 when empty."""
        if not self.count:
            return 0
        target = max(int(percent * self.count / 100 + 0.5), 1)
        index = int(np.searchsorted(self._counts.cumsum(), np.uint64(target)))
        return min(highest_in_bucket(index), self.max_us)

    def encode(self) -> str:
        """Base64 of the HdrHistogram V2 compressed form."""
        self._hdr.total_count = self.count
        self._hdr.max_value = self.max_us
        encoded: bytes = self._hdr.encode()
        return encoded.decode()

    def summary(self) -> dict[str, Any]:
        """Percentiles in µs and the encoded histogram, as in the raw result of a step."""
        return {
            "p50": self.percentile(50),
            "p90": self.percentile(90),
            "p99": self.percentile(99),
            "p999": self.percentile(99.9),
            "max": self.max_us,
            "mean": self.sum_us / self.count if self.count else 0.0,
            "count": self.count,
            "hdr": self.encode(),
        }

    def portable(self) -> dict[str, Any]:
        """The data that another process needs to merge this histogram."""
        return {"hdr": self.encode(), "sum_us": self.sum_us, "max_us": self.max_us}

    @classmethod
    def from_portable(cls, data: dict[str, Any]) -> Self:
        """A histogram from the data of another process' `portable`."""
        new = cls()
        decoded = HdrHistogram.decode(data["hdr"])
        new._counts[:] = np.frombuffer(decoded.counts, dtype=np.uint64)
        new.count = int(decoded.total_count)
        new.sum_us = data["sum_us"]
        new.max_us = data["max_us"]
        return new
