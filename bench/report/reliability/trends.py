"""What grows during a soak: sentences, a table and a chart."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bench.analysis.arms import framework, label
from bench.analysis.estimate import Difference
from bench.analysis.soak import Trends, trends
from bench.analysis.wording import count, number
from bench.envelope.run import ArmInfo
from bench.envelope.soak import SoakEntry
from bench.report.charts import Chart, Row
from bench.report.groups import arranged, heading
from bench.report.markdown import code, table

NONE: Final = "–"
_LEAST_KIB: Final = 0.01  # a logarithmic axis has no 0
_FEW: Final = 4
"""So many arms are named; of more, only the number is told."""

Found = Sequence[tuple[ArmInfo, Trends]]


def context(entries: Sequence[SoakEntry], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of it; without samples, nothing."""
    by_arm = {entry.arm: trends(entry) for entry in entries}
    found = [
        (arm, each)
        for arm in arranged(arms[name] for name in by_arm)
        if (each := by_arm[arm.id]) is not None
    ]
    return {
        "grown": _answers(found),
        "churn": entries[0].churn,
        "failed": sum(entry.failed for entry in entries),
        "trend_table": _table(found),
        "chart": _chart(found),
    }


def _answers(found: Found) -> list[str]:
    if not found:
        return []
    return [
        _answer(
            "**Memory**", found, lambda t: t.memory_kib, "KiB for each member that came and went"
        ),
        _answer("**File descriptors**", found, lambda t: t.descriptors, "for a thousand members"),
        _answer("**Latency** of a delivery", found, lambda t: t.latency_ms, "ms in an hour"),
    ]


def _answer(what: str, found: Found, of: Callable[[Trends], Difference | None], unit: str) -> str:
    """Where it grows, or the most that it may grow."""
    measured = [(arm, each) for arm, trend in found if (each := of(trend)) is not None]
    if not measured:
        return f"{what}: too few samples."
    growing = [(arm, each) for arm, each in measured if each.low > 0]
    if not growing:
        most = max(each.high for _, each in measured)
        what = f"{what[:-2]}:**" if what.endswith("**") else f"{what}:"
        return f"{what} no growth shown in {count(len(measured))} arms; at most {_n(most)} {unit}."
    grow = "grow" if what.startswith("**File") else "grows"
    if len(growing) > _FEW:
        least, most = (end(each.value for _, each in growing) for end in (min, max))
        where = f"{count(len(growing))} of {count(len(measured))} arms ({_n(least)} to {_n(most)}"
        return f"{what} {grow} in {where} {unit})."
    where = ", ".join(f"{code(arm.id)} ({_with_ends(each)} {unit})" for arm, each in growing)
    others = len(measured) - len(growing)
    rest = f"; no growth shown in {others} more" if others else ""
    return f"{what} {grow} in {where}{rest}."


def _table(found: Found) -> str:
    rows = [
        (
            code(arm.id),
            count(each.connections),
            _with_ends(each.memory_kib),
            _with_ends(each.descriptors),
            NONE if each.latency_ms is None else _with_ends(each.latency_ms),
        )
        for arm, each in found
    ]
    headers = (
        "backend",
        "came and went",
        "memory, KiB each",
        "descriptors, for 1000",
        "latency, ms in an hour",
    )
    return table(headers, rows)


def _chart(found: Found) -> Chart:
    rows = []
    for arm, each in found:
        kept = each.memory_kib
        value, low, high = (max(end, _LEAST_KIB) for end in (kept.value, kept.low, kept.high))
        if kept.low > 0:
            row = Row(heading(arm), label(arm), framework(arm), value, low, high, _n(kept.value))
        else:
            shown = f"< {_n(high)}"
            row = Row(heading(arm), label(arm), framework(arm), high, high, high, shown, below=True)
        rows.append(row)
    return Chart(
        "soak-memory",
        "Memory kept for each member that came and went",
        "KiB; arrow: at most this",
        tuple(rows),
    )


def _with_ends(found: Difference) -> str:
    return f"{_n(found.value)} [{_n(found.low)}, {_n(found.high)}]"


def _n(value: float) -> str:
    rounded = 0.0 if abs(value) < 0.0005 else value
    return ("−" if rounded < 0 else "") + number(abs(rounded))
