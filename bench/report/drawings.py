"""Makes the charts of a run: figures in, `Chart` out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.analysis import wording
from bench.analysis.arms import framework, label
from bench.analysis.capacity import Capacity
from bench.analysis.comparisons import Analysis
from bench.analysis.figures import ArmFigures
from bench.envelope.run import ArmInfo
from bench.report.charts import Chart, Row
from bench.report.groups import arranged, heading

MS = 1000  # µs


def charts(arms: Sequence[ArmInfo], analysis: Analysis) -> dict[str, Chart]:
    """Every chart that has something to show, by name."""
    found = (
        Chart(
            "cpu-room",
            "CPU per delivery, room of 100",
            "µs of all server processes and Redis",
            _cpu(arms, analysis.room),
        ),
        Chart(
            "cpu-alone",
            "CPU per round trip, alone in a room",
            "µs of all server processes and Redis",
            _cpu(arms, analysis.echo),
        ),
        Chart(
            "latency",
            "Latency at an equal load, room of 100",
            "ms, hollow p50, filled p99",
            _latency(arms, analysis.room),
        ),
        Chart(
            "capacity",
            "Capacity at p99 ≤ 100 ms, nothing lost",
            "deliveries a second",
            _capacity(arms, analysis.capacity),
        ),
    )
    return {chart.name: chart for chart in found if chart.rows}


def _cpu(arms: Sequence[ArmInfo], figures: Mapping[str, ArmFigures]) -> tuple[Row, ...]:
    rows = []
    for arm in arranged(arms):
        figure = figures.get(arm.id)
        if figure and figure.cpu_us:
            cpu = figure.cpu_us
            ends = (cpu.low or cpu.value, cpu.high or cpu.value)
            rows.append(_named(arm, cpu.value, *ends, wording.number(cpu.value)))
    return tuple(rows)


def _latency(arms: Sequence[ArmInfo], figures: Mapping[str, ArmFigures]) -> tuple[Row, ...]:
    rows = []
    for arm in arranged(arms):
        figure = figures.get(arm.id)
        if figure and figure.latency and figure.latency.p50 > 0:
            p50, p99 = figure.latency.p50 / MS, figure.latency.p99 / MS
            text = f"{wording.number(p50)} – {wording.number(p99)}"
            rows.append(_named(arm, p99, p99, p99, text, p50))
    return tuple(rows)


def _capacity(arms: Sequence[ArmInfo], figures: Mapping[str, Capacity]) -> tuple[Row, ...]:
    rows = []
    for arm in arranged(arms):
        found = figures.get(arm.id)
        if found and found.value:
            sign = "≥ " if found.high is None else ""
            ends = (found.low or found.value, found.high or found.value)
            rows.append(_named(arm, found.value, *ends, f"{sign}{wording.number(found.value)}"))
        elif found and found.high:  # the first step failed: only the upper end is known
            row = _named(arm, found.high, found.high, found.high, f"< {wording.number(found.high)}")
            rows.append(replace(row, below=True))
    return tuple(rows)


def _named(
    arm: ArmInfo, value: float, low: float, high: float, text: str, start: float | None = None
) -> Row:
    return Row(heading(arm), label(arm), framework(arm), value, low, high, text, start)
