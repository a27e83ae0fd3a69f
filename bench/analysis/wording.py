"""Numbers as words, rounded the same way on every page."""

from collections.abc import Sequence

from bench.analysis.capacity import Bracket, Capacity
from bench.analysis.comparisons import Finding
from bench.analysis.statistics import Estimate

NOT_SHOWN = "no difference shown"
THIN = "\N{NARROW NO-BREAK SPACE}"


def number(value: float) -> str:
    """Three significant digits, no exponent, thousands apart: 0.0123, 1.23, 12.3, 12 300."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        rounded = float(f"{value:.3g}") if abs(value) >= 1000 else float(round(value))
        return f"{int(rounded):,}".replace(",", THIN)
    text = f"{value:.3g}"
    return f"{float(text):.4f}".rstrip("0").rstrip(".") if "e" in text else _pad(text)


def _pad(text: str) -> str:
    """1.5 as 1.50, so that all figures of a column have the same precision."""
    digits = len(text.replace(".", "").lstrip("0"))
    if digits >= 3:
        return text
    return text + ("" if "." in text else ".") + "0" * (3 - digits)


def count(value: int) -> str:
    """A count in full, thousands apart."""
    return f"{value:,}".replace(",", THIN)


def factor(value: float) -> str:
    """A quotient: two decimals below ten, one below a hundred."""
    if value < 0.0995:
        return f"{value:.3f}"
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def interval(low: float | None, high: float | None) -> str:
    """[low, high] of a quotient; empty without an interval."""
    return "" if low is None or high is None else f" [{factor(low)}, {factor(high)}]"


def times(value: Estimate | Bracket) -> str:
    """'2.10 times [2.00, 2.21]', or 'at least …', 'at most …' where one end is open."""
    if isinstance(value, Estimate) or (value.high is not None and value.low):
        return f"{factor(value.value)} times{interval(value.low, value.high)}"
    if value.low:
        return f"at least {factor(value.low)} times"
    return f"at most {factor(value.high)} times" if value.high is not None else factor(value.value)


def finding(found: Finding) -> str:
    """A finding for a cell of a table or a line of a verdict."""
    if found.value is None:
        return f"not compared: {found.reason}"
    if found.shown:
        return times(found.value)
    if found.reason:
        return f"{times(found.value)}: {found.reason}"
    return f"{NOT_SHOWN}: {times(found.value)}"


def placed(found: Finding) -> str:
    """A finding inside a sentence, with what the two arms share."""
    if found.value is None or found.shown:
        return f"{finding(found)} ({found.pair.where})"
    return f"{times(found.value)} ({found.pair.where}: {found.reason or NOT_SHOWN})"


def extremes(findings: Sequence[Finding]) -> str:
    """The one finding, or the smallest and the largest of several."""
    known = sorted((f for f in findings if f.value is not None), key=_value)
    if not known:
        return ""
    if len(known) == 1:
        return placed(known[0])
    if len(known) == 2:
        return f"{placed(known[0])} and {placed(known[1])}"
    return f"from {placed(known[0])} to {placed(known[-1])}"


def _value(found: Finding) -> tuple[float, str]:
    return (found.value.value if found.value else 0.0, found.pair.where)


def measured(value: Estimate) -> str:
    """'12.3 [12.0, 12.6]', in the unit of the column."""
    if value.low is None or value.high is None:
        return number(value.value)
    return f"{number(value.value)} [{number(value.low)}, {number(value.high)}]"


def capacity(value: Capacity) -> str:
    """A capacity in deliveries a second, as a value, a bracket or a lower bound."""
    if not value.value:
        high = f", below {number(value.high)}" if value.high else ""
        return f"not the first step{high}"
    if value.high is None:
        return f"at least {number(value.low)}"
    return f"{number(value.value)} [{number(value.low)}, {number(value.high)}]"


def percent(share: float) -> str:
    """A share (0 to 1) as per cent, with one decimal below ten."""
    value = 100 * share
    return f"{value:.1f} %" if value < 9.95 else f"{value:.0f} %"


def milliseconds(us: float) -> str:
    """µs as ms."""
    return number(us / 1000)
