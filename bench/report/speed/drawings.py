"""The charts of the page on speed."""

from collections.abc import Sequence

from bench.analysis.arms import framework, label
from bench.analysis.speed import Condition, SpeedFigures
from bench.analysis.wording import number
from bench.declared.arms import load_arms
from bench.envelope.run import ArmInfo
from bench.report.charts import Chart, Row
from bench.report.groups import arranged, heading


def charts(figures: SpeedFigures) -> list[Chart]:
    """The costs at 65 % of the core, in a room of 100 and alone; without rows, no chart."""
    found = [
        _costs(figures, ("65", 100), "speed-room", "CPU per delivery in a room of 100"),
        _costs(figures, ("65", 1), "speed-alone", "CPU per round trip, alone in a room"),
    ]
    return [chart for chart in found if chart.rows]


def _of_quick(arms: Sequence[ArmInfo]) -> list[ArmInfo]:
    """The arms of the profile `quick`, if there are any: a chart of all arms cannot be read."""
    quick = {arm.id for arm in load_arms().values() if arm.quick}
    return [arm for arm in arms if arm.id in quick] or list(arms)


def _costs(figures: SpeedFigures, condition: Condition, name: str, title: str) -> Chart:
    rows = []
    for arm in arranged(_of_quick(figures.run.info.arms)):
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
