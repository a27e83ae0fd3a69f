"""The verdicts of a run on the screen."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.analysis.comparisons import analyse
from bench.analysis.verdicts import verdicts
from bench.envelope.runs import read_run

_STYLES = {
    "holds": "green",
    "does not hold": "red",
    "depends": "yellow",
    "no difference shown": "cyan",
    "not measured": "dim",
}


def print_verdicts(run: Path, console: Console | None = None) -> None:
    """Print the verdicts of the run in directory `run`. Raises ReportError."""
    found = read_run(run)
    table = Table(title=f"Verdicts of {found.name}", show_lines=True, title_justify="left")
    table.add_column("claim", ratio=4)
    table.add_column("answer", no_wrap=True)
    table.add_column("figures, 95 % intervals in brackets", ratio=6)
    for verdict in verdicts(analyse(found), found.info.arms):
        figures = verdict.figures.replace("`", "")
        style = _STYLES[verdict.answer]
        table.add_row(verdict.claim, f"[{style}]{verdict.answer}[/{style}]", _escape(figures))
    (console or Console()).print(table)


def _escape(text: str) -> str:
    """Escape intervals, because Rich reads [x] as a style."""
    return text.replace("[", r"\[")
