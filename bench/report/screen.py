"""The verdicts of a run on the screen."""

from rich.console import Console
from rich.table import Table

from bench.analysis.speed import SpeedFigures
from bench.declared.claims import load_claims
from bench.report.speed import answers, targets

_STYLES = {
    "holds": "green",
    "does not hold": "red",
    "the same within 10 %": "cyan",
    "too noisy to tell": "dim",
}


def print_verdicts(figures: SpeedFigures, console: Console | None = None) -> None:
    """Print the verdicts and the targets of a run."""
    shown = console or Console()
    table = Table(title=f"Verdicts of {figures.run.name}", show_lines=True, title_justify="left")
    table.add_column("question", ratio=4)
    table.add_column("answer", ratio=2)
    table.add_column("figures, 95 % intervals in brackets", ratio=7)
    for answer in answers.answers(figures, load_claims()):
        style = _STYLES.get(answer.word, "yellow")
        said = "\n".join(answer.sentences)
        table.add_row(answer.question, f"[{style}]{answer.word}[/{style}]", said)
    shown.print(table)
    aims = Table(title="What this bench aims at", title_justify="left")
    for header in targets.HEADERS:
        aims.add_column(header)
    for row in targets.rows(figures):
        aims.add_row(*(cell.replace("`", "") for cell in row))
    shown.print(aims)
