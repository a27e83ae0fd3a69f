"""Percentiles of several repeats together: histograms are added, percentiles never averaged."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from hdrh.codec import HdrCookieException, HdrHistogramSettingsException, HdrLengthException
from hdrh.histogram import HdrHistogram

_LONGEST_US = 3_600_000_000
_DIGITS = 3
_BROKEN = (
    HdrCookieException,
    HdrHistogramSettingsException,
    HdrLengthException,
    IndexError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Pooled:
    """Latency percentiles of all repeats together, in µs, over `count` deliveries."""

    p50: float
    p99: float
    p999: float
    max: float
    count: int


def pool(encoded: Iterable[str]) -> Pooled | None:
    """Add histograms (HdrHistogram V2, base64, µs); None if all of them are empty.

    Raises ValueError if one cannot be decoded.
    """
    total = HdrHistogram(1, _LONGEST_US, _DIGITS)
    for text in encoded:
        try:
            total.add(HdrHistogram.decode(text))
        except _BROKEN as error:
            raise ValueError(f"a histogram cannot be decoded ({error})") from error
    if not total.get_total_count():
        return None
    p50, p99, p999 = (float(total.get_value_at_percentile(p)) for p in (50, 99, 99.9))
    return Pooled(p50, p99, p999, float(total.get_max_value()), int(total.get_total_count()))
