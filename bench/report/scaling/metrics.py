"""The section on `/metrics`."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.analysis.estimate import Estimate
from bench.analysis.metrics import MetricsCost, metrics_costs
from bench.analysis.wording import count, number
from bench.envelope.kinds import AnyObservation
from bench.envelope.metrics import MetricsScrapes, MetricsSlot
from bench.envelope.run import ArmInfo
from bench.report.groups import arranged
from bench.report.markdown import code, table

_SAME = 1.1
"""The report's bound of "the same within 10 %"."""


def context(observed: Sequence[AnyObservation], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of it."""
    entries = [each for each in observed if isinstance(each, MetricsSlot | MetricsScrapes)]
    by_arm = {each.arm: each for each in metrics_costs(entries)}
    found = [by_arm[arm.id] for arm in arranged(arms.values()) if arm.id in by_arm]
    return {
        "answer": _answer(found),
        "table": _table(found),
        "scrapes": next(each.scrapes for each in entries if isinstance(each, MetricsScrapes)),
        "members": next(each.members for each in entries if isinstance(each, MetricsScrapes)),
        "slots": count(sum(isinstance(each, MetricsSlot) for each in entries)),
    }


def _answer(found: Sequence[MetricsCost]) -> str:
    dearest = max(found, key=lambda each: each.delivery.high)
    scrape = max(found, key=lambda each: each.scrape_us)
    most = f"one scrape takes {number(scrape.scrape_us / 1000)} ms of CPU at most"
    if all(each.delivery.low > 1 / _SAME and each.delivery.high < _SAME for each in found):
        return (
            f"**A delivery costs the same within 10 % with `/metrics` and without it**, in each of "
            f"the {len(found)} chats; {most}."
        )
    if all(each.delivery.contains(1.0) for each in found):
        return (
            f"**No difference shown:** in each of the {len(found)} chats, the interval of with ÷ "
            f"without contains 1. It reaches farthest in {code(dearest.arm)}: "
            f"{_ratio(dearest.delivery)}; {most}."
        )
    return (
        f"**A delivery costs {_ratio(dearest.delivery)} times as much with `/metrics` in "
        f"{code(dearest.arm)}**, whose interval reaches farthest; {most}."
    )


def _table(found: Sequence[MetricsCost]) -> str:
    rows = [
        (
            code(each.arm),
            _ratio(each.delivery),
            _ratio(each.round_trip),
            number(each.scrape_us),
            count(each.scrape_bytes),
        )
        for each in found
    ]
    headers = (
        "arm",
        "a delivery in a room of 100: with ÷ without",
        "a round trip alone: with ÷ without",
        "one scrape, µs of CPU",
        "bytes of an answer",
    )
    return table(headers, rows)


def _ratio(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"
