"""The page and its chart, from the newest run of the experiment."""

from pathlib import Path
from typing import Any

from bench.analysis.network import networks
from bench.declared import published
from bench.envelope.network import NetworkEntry
from bench.envelope.run import Found, newest
from bench.experiments.network import member, plan
from bench.report.charts import THEMES, describe, draw
from bench.report.made import DOCS, made
from bench.report.markdown import picture
from bench.report.network import answers, drawing, tables
from bench.report.templating import fill


def render_network(root: Path) -> dict[Path, str]:
    """The page and its chart by path, relative to the project's root."""
    found = newest(root, NetworkEntry)
    context: dict[str, Any] = {
        "source": None if found is None else found.run.name,
        "network": None,
        "plan": plan,
        "member": member,
        "published": published.network(),
    }
    page = DOCS / "network.md"
    if found is None:
        return {page: fill("network.md.j2", context)}
    chart = drawing.recoveries(found)
    drawn = picture(chart.name, describe(chart), "charts") if chart.rows else ""
    pages = {page: fill("network.md.j2", context | {"network": _section(root, found, drawn)})}
    if chart.rows:
        for theme in THEMES:
            pages[DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


def _section(root: Path, found: Found[NetworkEntry], drawn: str) -> dict[str, Any]:
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
        "chart": drawn,
    }
