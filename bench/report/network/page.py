"""The page and its chart, from the newest run of the experiment."""

from pathlib import Path
from typing import Any

from bench.analysis.network import networks
from bench.declared import published
from bench.envelope.network import NetworkEntry
from bench.envelope.run import Found, newest
from bench.envelope.vanished import VanishedEntry
from bench.experiments.network import member, plan
from bench.report.charts import THEMES, Chart, describe, draw
from bench.report.made import DOCS, made
from bench.report.markdown import picture
from bench.report.network import answers, drawing, gone, tables
from bench.report.templating import fill


def render_network(root: Path) -> dict[Path, str]:
    """The page and its charts by path, relative to the project's root."""
    found, vanished = newest(root, NetworkEntry), newest(root, VanishedEntry)
    drawn: list[Chart] = []
    context: dict[str, Any] = {
        "sources": [raw.run.name for raw in (found, vanished) if raw is not None],
        "network": None if found is None else _section(root, found, drawn),
        "gone": None if vanished is None else _gone(root, vanished, drawn),
        "plan": plan,
        "member": member,
        "published": published.network(),
    }
    pages = {DOCS / "network.md": fill("network.md.j2", context)}
    for chart in drawn:
        for theme in THEMES:
            pages[DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


def _gone(root: Path, found: Found[VanishedEntry], drawn: list[Chart]) -> dict[str, Any]:
    said = gone.context(found)
    return made(root, found) | said | {"chart": _picture(said["chart"], drawn)}


def _picture(chart: Chart, drawn: list[Chart]) -> str:
    """The Markdown of a chart, which is added to `drawn`; empty if it has nothing to show."""
    if not chart.rows:
        return ""
    drawn.append(chart)
    return picture(chart.name, describe(chart), "charts")


def _section(root: Path, found: Found[NetworkEntry], drawn: list[Chart]) -> dict[str, Any]:
    every = networks(found.entries)
    return made(root, found) | {
        "answer": answers.losses(found),
        "slower": answers.latencies(found),
        "back": answers.recoveries(found),
        "arms": len(found.entries),
        "seconds": found.entries[0].seconds,
        "rate": found.entries[0].rate,
        "members": len(found.entries[0].cases[0].received),
        "retransmitted": sum(entry.retransmitted for entry in found.entries),
        "networks_table": tables.networks(every),
        "shares_table": tables.shares(found),
        "deliveries_table": tables.deliveries(found),
        "beside_table": tables.beside(found, published.network()),
        "latency_table": tables.latencies(found),
        "recovery_table": tables.recoveries(found),
        "chart": _picture(drawing.recoveries(found), drawn),
    }
