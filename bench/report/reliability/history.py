"""The section on what a history costs a message: figures in, sentences, table and chart out."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.analysis.arms import framework
from bench.analysis.estimate import Difference, Estimate
from bench.analysis.history import OFF, Histories
from bench.analysis.wording import factor, milliseconds, number
from bench.envelope.history import HistoryEntry, Way
from bench.envelope.run import ArmInfo
from bench.report.charts import Chart, Row
from bench.report.groups import arranged
from bench.report.markdown import code, table

NONE = "–"
_STORAGES = {"off": "no history", "sqlite": "SQLite", "postgresql": "PostgreSQL"}


def context(entries: Sequence[HistoryEntry], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of it."""
    found = Histories(entries)
    ordered = [arm for arm in arranged(arms.values()) if arm.id in found.arms]
    return {
        "answers": [each for arm in ordered if (each := _answer(found, arm))],
        "hops": [each for arm in ordered for each in _hops(found, arm)],
        "refused": found.refused,
        "cost_table": _cost_table(found, ordered),
        "wait_table": _wait_table(found, ordered),
        "chart": chart(found, ordered),
    }


def chart(found: Histories, arms: Sequence[ArmInfo]) -> Chart:
    """The cost of a message with a history ÷ without one."""
    rows = []
    for arm in arms:
        for way in found.ways(arm.id):
            ratio = None if way == OFF else found.ratio((arm.id, way), (arm.id, OFF))
            if ratio is not None:
                text = f"{factor(ratio.value)} times"
                ends = (ratio.value, ratio.low, ratio.high)
                rows.append(Row(_heading(arm), _way(way), framework(arm), *ends, text))
    return Chart(
        "history-cost",
        "CPU of a message, with a history ÷ without",
        "times as much",
        tuple(rows),
        mark=1,
    )


def _heading(arm: ArmInfo) -> str:
    """The heading of an arm in the chart."""
    return f"{framework(arm)} on {arm.server}"


def _answer(found: Histories, arm: ArmInfo) -> str:
    said = []
    for way in found.ways(arm.id):
        ratio, added = found.ratio((arm.id, way), (arm.id, OFF)), found.added(arm.id, way)
        if way != OFF and way.pools == "private" and ratio is not None and added is not None:
            said.append(
                f"with {_STORAGES[way.storage]} {_times(ratio)} the CPU of a message without a "
                f"history ({_more(added)} µs)"
            )
    return f"**{framework(arm)}:** {'; '.join(said)}." if said else ""


def _hops(found: Histories, arm: ArmInfo) -> list[str]:
    """What Django's defaults cost, one sentence for each database."""
    said = []
    for way in found.ways(arm.id):
        if way.pools != "stock":
            continue
        own = Way(way.storage)
        ratio = found.ratio((arm.id, way), (arm.id, own))
        if ratio is not None:
            ack, stock_ack = found.waits(arm.id, own).ack, found.waits(arm.id, way).ack
            waits = (
                f"; an ack takes {milliseconds(stock_ack)} instead of {milliseconds(ack)} ms"
                if ack is not None and stock_ack is not None
                else ""
            )
            said.append(
                f"**{_STORAGES[way.storage]}:** a message costs {_times(ratio)} as much with stock "
                f"threads and connections as with private ones{waits}."
            )
    return said


def _cost_table(found: Histories, arms: Sequence[ArmInfo]) -> str:
    rows = []
    for arm in arms:
        for way in found.ways(arm.id):
            cost, added = found.cost(arm.id, way), found.added(arm.id, way)
            ratio = found.ratio((arm.id, way), (arm.id, OFF))
            rows.append(
                (
                    f"{code(arm.id)}, {_way(way)}",
                    NONE if cost is None else number(cost.value),
                    NONE if added is None or way == OFF else _more(added),
                    NONE if ratio is None or way == OFF else _times(ratio),
                )
            )
    headers = ("chat", "CPU µs/message", "more than without a history, µs", "÷ without a history")
    return table(headers, rows)


def _wait_table(found: Histories, arms: Sequence[ArmInfo]) -> str:
    rows = []
    for arm in arms:
        for way in found.ways(arm.id):
            waits = found.waits(arm.id, way)
            figures = (waits.ack, waits.ack_p99, waits.delivery, waits.busy, waits.busy_p99)
            shown = (NONE if us is None else milliseconds(us) for us in figures)
            rows.append((f"{code(arm.id)}, {_way(way)}", *shown))
    headers = (
        "chat",
        "ack, median, ms",
        "ack, p99, ms",
        "own message, median, ms",
        "in rooms of ten, median, ms",
        "in rooms of ten, p99, ms",
    )
    return table(headers, rows)


def _way(way: Way) -> str:
    return _STORAGES[way.storage] + (", stock" if way.pools == "stock" else "")


def _times(ratio: Estimate) -> str:
    return f"{factor(ratio.value)} times [{factor(ratio.low)}, {factor(ratio.high)}]"


def _more(added: Difference) -> str:
    return f"{_signed(added.value)} [{_signed(added.low)}, {_signed(added.high)}]"


def _signed(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value))}"
