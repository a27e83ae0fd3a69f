"""The charts of the page on speed."""

from bench.analysis.arms import framework, label
from bench.analysis.speed import Condition, SpeedFigures
from bench.analysis.wording import number
from bench.report.charts import Chart, Row
from bench.report.groups import arranged, heading


def charts(figures: SpeedFigures) -> list[Chart]:
    """The costs at 65 % of the core, in a room of 100 and alone; without rows, no chart."""
    found = [
        _costs(figures, ("65", 100), "speed-room", "CPU per delivery in a room of 100"),
        _costs(figures, ("65", 1), "speed-alone", "CPU per round trip, alone in a room"),
    ]
    return [chart for chart in found if chart.rows]


def _costs(figures: SpeedFigures, condition: Condition, name: str, title: str) -> Chart:
    rows = []
    for arm in arranged(figures.run.info.arms):
        cost = figures.cost(condition, arm.id)
        if cost is not None:
            rows.append(
                Row(
                    heading(arm),
                    label(arm),
                    framework(arm),
                    cost.value,
                    cost.low,
                    cost.high,
                    number(cost.value),
                )
            )
    at = f"{condition[0]} % of a core"
    return Chart(name, f"{title}, at {at}", "µs of CPU, less is better", tuple(rows))
