"""The section on rolling restarts: figures in, sentences, table and chart out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bench.analysis.arms import framework, label
from bench.analysis.rolling import away, missed
from bench.analysis.wording import count
from bench.envelope.rolling import RollingEntry
from bench.envelope.run import ArmInfo
from bench.report.charts import Chart, Row
from bench.report.groups import arranged
from bench.report.markdown import code, table
from bench.report.reliability.names import database

NONE: Final = "–"
_LEAST_S: Final = 0.001  # a logarithmic axis has no 0


def context(entries: Sequence[RollingEntry], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of it."""
    by_arm = {entry.arm: entry for entry in entries}
    ordered = [arm for arm in arranged(arms.values()) if arm.id in by_arm]
    found = [(arm, by_arm[arm.id]) for arm in ordered]
    return {
        "answers": [
            said
            for history in (True, False)
            if (said := _answer(_of(found, history=history), history=history))
        ],
        "workers": entries[0].workers,
        "rate": entries[0].rate,
        "members": len(entries[0].members),
        "table": _table(found),
        "chart": _chart(found),
    }


def _of(found: Sequence[tuple[ArmInfo, RollingEntry]], *, history: bool) -> list[RollingEntry]:
    return [entry for arm, entry in found if (arm.history != "off") == history]


def _answer(entries: Sequence[RollingEntry], *, history: bool) -> str:
    if not entries:
        return ""
    found = missed(entries)
    longest = max(away(entry).longest for entry in entries)
    title = "With a history" if history else "Without one"
    times = (
        f"a member was away {longest:.1f} s at most"
        if any(away(entry).times for entry in entries)
        else "no member was away"
    )
    if found.lost:
        what = f"{count(found.lost)} of {count(found.expected)} deliveries are lost"
    else:
        what = f"all {count(found.expected)} deliveries came"
    replayed = f", {count(found.replayed)} of them by replay" if found.replayed else ""
    return f"**{title}, {what}**{replayed}; {times}."


def _table(found: Sequence[tuple[ArmInfo, RollingEntry]]) -> str:
    rows = []
    for arm, entry in found:
        gone, each = away(entry), missed([entry])
        median = NONE if gone.median is None else f"{gone.median.value:.2f}"
        if gone.median is not None and gone.median.low is not None and gone.median.high is not None:
            median += f" [{gone.median.low:.2f}, {gone.median.high:.2f}]"
        rows.append(
            (
                code(arm.id),
                count(each.lost),
                count(each.replayed),
                count(entry.untaken),
                count(gone.times),
                median,
                f"{gone.longest:.2f}",
                f"{max((step.ended_s for step in entry.replaced), default=0.0):.1f}",
                ", ".join(sorted(entry.closings)) or NONE,
            )
        )
    headers = (
        "arm",
        "lost",
        "replayed",
        "not taken",
        "times away",
        "median, s",
        "longest, s",
        "stop, s",
        "closed",
    )
    return table(headers, rows)


def _chart(found: Sequence[tuple[ArmInfo, RollingEntry]]) -> Chart:
    rows = []
    for arm, entry in sorted(found, key=lambda each: each[0].history != "off"):
        gone = away(entry)
        if gone.median is not None:
            middle, longest = max(gone.median.value, _LEAST_S), max(gone.longest, _LEAST_S)
            group = "No history" if arm.history == "off" else f"History in {database(arm)}"
            text = f"{middle:.2f} – {longest:.2f}"
            rows.append(
                Row(group, label(arm), framework(arm), longest, longest, longest, text, middle)
            )
    return Chart(
        "rolling-away",
        "How long a member is away in a rolling restart",
        "seconds, hollow the median, filled the longest",
        tuple(rows),
    )
