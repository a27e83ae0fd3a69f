"""Numbers as words, rounded the same way on every page."""

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


def times(value: Estimate) -> str:
    """'2.10 times [2.00, 2.21]'."""
    return f"{factor(value.value)} times{interval(value.low, value.high)}"


def percent(share: float) -> str:
    """A share (0 to 1) as per cent, with one decimal below ten."""
    value = 100 * share
    return f"{value:.1f} %" if value < 9.95 else f"{value:.0f} %"


def milliseconds(us: float) -> str:
    """µs as ms."""
    return number(us / 1000)
