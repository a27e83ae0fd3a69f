"""Estimates as words on the page on speed, with their 95 % intervals."""

import math

from bench.analysis.estimate import Difference, Estimate
from bench.analysis.latency import Percentile, TooFewMessages
from bench.analysis.wording import factor, number

NONE = "—"


def ratio(found: Estimate | None) -> str:
    """'4.30 (4.00 to 4.60)', with a dash."""
    if found is None:
        return NONE
    return f"{factor(found.value)} ({factor(found.low)}–{factor(found.high)})"


def cost(found: Estimate | None) -> str:
    """'22.3 ±3 %': µs, with the half width of the interval as a share."""
    return NONE if found is None else f"{number(found.value)} ±{_percent(found.half_width)}"


def rate(found: Estimate | None) -> str:
    """Deliveries a second at the whole core, from the cost of a delivery in µs."""
    return NONE if found is None else number(1e6 / found.value)


def difference(found: Difference) -> str:
    """'120 (100 to 140)' in µs, with a dash."""
    return f"{number(found.value)} ({number(found.low)}–{number(found.high)})"


def percentile_ms(found: Percentile | TooFewMessages | None) -> str:
    """'12.0 ms (10.0 to 15.0)', with a dash; or how many messages are needed."""
    if found is None:
        return NONE
    if isinstance(found, TooFewMessages):
        return f"needs {found.needed} messages"
    high = "no upper end" if math.isinf(found.high) else number(found.high / 1000)
    return f"{number(found.value / 1000)} ms ({number(found.low / 1000)}–{high})"


def share(value: float | None) -> str:
    """'35 %'."""
    return NONE if value is None else f"{100 * value:.0f} %"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %" if value >= 0.0995 else f"{100 * value:.1f} %"
