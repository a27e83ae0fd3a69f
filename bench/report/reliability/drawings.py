"""The charts of the page on reliability: figures in, `Chart` out."""

from collections.abc import Sequence

from bench.analysis import wording
from bench.analysis.arms import framework, label
from bench.analysis.image_memory import Growth, grown
from bench.analysis.writes import Case
from bench.report.charts import Chart, Row
from bench.report.groups import arranged, heading
from bench.report.reliability.names import chat, database

_LEAST_MIB = 1.0  # a logarithmic axis has no 0


def commits(cases: Sequence[Case]) -> Chart:
    """Messages a second: one commit for all waiting messages ÷ one commit for each message."""
    rows = []
    for case in cases:
        ratio = case.rate.ratio
        rows.append(
            Row(
                f"{chat(case.arm)}, {database(case.arm)}",
                f"{case.appenders} at once",
                framework(case.arm),
                ratio.value,
                ratio.low or ratio.value,
                ratio.high or ratio.value,
                f"{wording.factor(ratio.value)} times",
            )
        )
    return Chart(
        "commits",
        "Grouped ÷ single commits",
        "times as many messages a second",
        tuple(rows),
        mark=1,
    )


def memory(growths: Sequence[Growth]) -> Chart:
    """The growth of servers' memory by images that no reader reads."""
    by_arm = {growth.arm.id: growth for growth in growths}
    rows = []
    for arm in arranged(growth.arm for growth in growths):
        few, many = grown(by_arm[arm.id].few), grown(by_arm[arm.id].many)
        start, value = max(few, _LEAST_MIB), max(many, _LEAST_MIB)
        text = f"{wording.number(few)} – {wording.number(many)}"
        rows.append(Row(heading(arm), label(arm), framework(arm), value, value, value, text, start))
    counts = (growths[0].few.images, growths[0].many.images) if growths else (0, 0)
    return Chart(
        "memory",
        "Memory for images that nobody reads; less is better",
        "MiB, hollow {} images, filled {}".format(*counts),
        tuple(rows),
    )
