"""The tables of the page."""

from collections.abc import Sequence

from bench.analysis.generators import REFERENCE, Carried, Reported, verdict
from bench.analysis.wording import count, number, percent
from bench.report.generators import words
from bench.report.markdown import code, table

_HEADERS = (
    "arm",
    "members",
    "tool",
    "mean ÷ ours",
    "verdict",
    "p50, ms",
    "p99, ms",
    "mean, ms",
    "p99 ÷ ours",
    "lost",
    "deliveries/s per core",
)


def reports(found: Sequence[Reported]) -> str:
    """What each tool reports of each load."""
    order = list(words.TOOLS)
    rows = [
        (
            code(each.arm),
            words.LOADS[each.load],
            words.TOOLS[each.tool] + (" (from the send)" if each.from_send else ""),
            words.ratio(each.mean),
            words.NONE if each.tool == REFERENCE else words.VERDICTS[verdict(each.mean)],
            *(number(us / 1000) for us in (each.p50_us, each.p99_us, each.mean_us)),
            words.ratio(each.p99),
            words.NONE if each.lost is None else count(each.lost),
            number(each.per_core_s),
        )
        for each in sorted(
            found, key=lambda each: (each.arm, each.load != "rooms", order.index(each.tool))
        )
    ]
    return table(_HEADERS, rows, words=5)


def capacities(rates: Sequence[Carried]) -> str:
    """The largest rate by each tool, and how busy the tool was at most."""
    rows = [
        (
            code(each.arm),
            words.TOOLS[tool],
            number(each.rates[tool]) if tool in each.rates else words.NONE,
            percent(each.busiest[tool]),
            each.refused.get(tool, words.NONE),
        )
        for each in rates
        for tool in each.busiest
    ]
    headers = ("arm", "tool", "messages a second", "busy at most, of one core", "refused because")
    return table(headers, rows, words=2)
