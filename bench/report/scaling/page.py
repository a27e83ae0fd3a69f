"""The page and its charts, from the newest run of each experiment on it."""

from pathlib import Path
from typing import Any

from bench.envelope.connections import ConnectionsEntry
from bench.envelope.growth import GrowthSlot
from bench.envelope.metrics import MetricsSlot
from bench.envelope.run import newest
from bench.envelope.scale import ScaleSlot
from bench.report.charts import THEMES
from bench.report.line_chart import LineChart, describe_lines, draw_lines
from bench.report.made import made
from bench.report.markdown import picture
from bench.report.scaling import connections, growth, metrics, scale
from bench.report.templating import fill

_DOCS = Path("docs")


def render_scaling(root: Path) -> dict[Path, str]:
    """The page and its charts by path, relative to the project's root. Raises ReportError."""
    found = newest(root, GrowthSlot)
    context: dict[str, Any] = {"sources": [], "growth": None, "connections": None}
    context |= {"scale": None, "metrics": None}
    charts: list[LineChart] = []
    if found is not None:
        section = growth.context(found.entries, found.arms)
        charts += section["charts"]
        context["sources"].append(found.run.name)
        context["growth"] = section | {
            "pictures": [picture(c.name, describe_lines(c), "charts") for c in section["charts"]],
            "made": made(root, found),
        }
    spread = newest(root, ScaleSlot)
    if spread is not None:
        context["sources"].append(spread.run.name)
        context["scale"] = scale.context(spread.entries, spread.arms) | {"made": made(root, spread)}
    came = newest(root, ConnectionsEntry)
    if came is not None:
        section = connections.context(came.entries, came.arms)
        context["sources"].append(came.run.name)
        context["connections"] = section | {"made": made(root, came)}
    counted = newest(root, MetricsSlot)
    if counted is not None:
        section = metrics.context(counted.run.observations, counted.arms)
        context["sources"].append(counted.run.name)
        context["metrics"] = section | {"made": made(root, counted)}
    pages = {_DOCS / "scaling.md": fill("scaling.md.j2", context)}
    for chart in charts:
        for theme in THEMES:
            pages[_DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw_lines(chart, theme)
    return pages
