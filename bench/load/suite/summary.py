"""The ledger at the end of a run: beside Locust's own summary, CSV, JSON and HTML."""

import csv
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bench.load.suite.tab import COUNTS, in_ms

_TITLE: Final = "Deliveries"
_LATENCIES: Final = ("p50", "p95", "p99", "p999", "max", "lateness")
COLUMNS: Final = (
    "arm",
    "generator",
    *COUNTS,
    *(f"{name}_us" for name in _LATENCIES),
    "busy",
    "note",
)


def records(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the tab as plain data: counts, and latencies in µs."""
    return [
        {
            **{name: row[name] for name in ("arm", "generator", *COUNTS)},
            **{f"{name}_us": row[name] for name in _LATENCIES},
            **{name: row[name] for name in ("busy", "note")},
        }
        for row in rows
    ]


def on_terminal(rows: list[dict[str, Any]]) -> str:
    """A few lines for each row."""
    lines = [f"{_TITLE} (from the time at which a message was due):"]
    for row in rows:
        name = " ".join(filter(None, (row["generator"], row["arm"])))
        counts = ", ".join(f"{row[key]:,} {key}" for key in COUNTS)
        times = ", ".join(
            f"{key.replace('999', '99.9')} {in_ms(row[key])} ms" for key in _LATENCIES[:-1]
        )
        late = f"sent late by {in_ms(row['lateness'])} ms at p99; {row['busy']} of one core"
        lines += [f"  {name}: {counts}", f"    latency: {times}", f"    the generator: {late}"]
        if row["note"]:
            lines.append(f"    note: {row['note']}")
    return "\n".join(lines)


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """One line for each row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(records(rows))


def write_json(path: Path, rows: list[dict[str, Any]]) -> None:
    """A list with one object for each row."""
    path.write_text(json.dumps(records(rows), indent=2) + "\n", encoding="utf-8")


def in_report(page: str, rows: list[dict[str, Any]], ratios: Sequence[str] = ()) -> str:
    """Locust's HTML report with our table before its end, and with the ratios of two chats."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in COLUMNS)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(it[name]))}</td>" for name in COLUMNS) + "</tr>"
        for it in records(rows)
    )
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in ratios)
    style = "font-family: sans-serif; margin: 24px; overflow-x: auto"
    section = (
        f'<section id="deliveries" style="{style}"><h2>{_TITLE}</h2><table border="1" '
        f'cellpadding="4" style="border-collapse: collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>{lines}</section>"
    )
    before, end, after = page.rpartition("</body>")
    return f"{before}{section}{end}{after}" if end else page + section
