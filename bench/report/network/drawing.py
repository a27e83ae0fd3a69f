"""The chart of the page: how soon members hear again."""

from typing import Final

from bench.analysis.arms import framework, label
from bench.analysis.network import networks, recovery
from bench.envelope.network import NetworkEntry
from bench.envelope.run import Found
from bench.report.charts import Chart, Row
from bench.report.groups import arranged

_LEAST_S: Final = 0.01  # a logarithmic axis has no 0


def recoveries(found: Found[NetworkEntry]) -> Chart:
    """Seconds from the end of a cut to the first message that was sent after it."""
    by_arm = {entry.arm: entry for entry in found.entries}
    rows = []
    for network in networks(found.entries):
        for history in (False, True):
            for arm in arranged(found.arms[name] for name in by_arm):
                cases = [c for c in by_arm[arm.id].cases if c.network.name == network.name]
                if (arm.history != "off") != history or not cases:
                    continue
                each = recovery(cases[0])
                if each.median is None or each.longest is None:
                    continue
                middle, longest = max(each.median, _LEAST_S), max(each.longest, _LEAST_S)
                group = f"{network.name}; {'a history' if history else 'no history'}"
                text = f"{each.median:.1f} – {each.longest:.1f}"
                rows.append(
                    Row(group, label(arm), framework(arm), longest, longest, longest, text, middle)
                )
    return Chart(
        "network-recovery",
        "From the end of a cut to the next message",
        "seconds, hollow the median, filled the longest",
        tuple(rows),
    )
