"""The page and its chart: counted in the sources of now, and so never older than the code.

The time of the small suites is from the newest run.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

from bench.analysis.clarity.figures import figures, measured
from bench.analysis.clarity.metrics import logical_lines
from bench.analysis.clarity.parameters import KINDS, Parameters, endpoint_parameters
from bench.analysis.clarity.totals import ALL, CONNECTION, both
from bench.analysis.wording import count
from bench.declared.clarity import Handler, Mark, load_clarity
from bench.declared.features import CHATS, source
from bench.report.charts import THEMES, Chart, Row, describe, draw
from bench.report.clarity.changes import changes
from bench.report.clarity.suites import suites
from bench.report.clarity.tables import feature_rows, pair
from bench.report.code import beside, named, shown
from bench.report.markdown import commands, picture, table, text_table
from bench.report.templating import fill

_DOCS: Final = Path("docs")
_SHORT: Final = dict(zip(CHATS, ("Channels", "FastAPI"), strict=True))


def render_clarity(root: Path) -> dict[Path, str]:
    """The page and its chart by path, relative to the project's root. Raises BenchError."""
    chart = _chart()
    context = _of_the_code() | {"suites": suites(root)}
    pages = {_DOCS / "clarity.md": fill("clarity.md.j2", context)}
    for theme in THEMES:
        pages[_DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


@cache
def _of_the_code() -> dict[str, Any]:
    declared, chart = load_clarity(), _chart()
    return {
        "whole": dict(zip(("channels", "fastapi"), both(ALL), strict=True)),
        "connection": dict(zip(("channels", "fastapi"), both(CONNECTION), strict=True)),
        "features": ", ".join(CONNECTION[:-1]) + f" and {CONNECTION[-1]}",
        "picture": picture(chart.name, describe(chart), "charts"),
        "table": table(*feature_rows(lambda name: f"[{name}](side-by-side/{name}.md)")),
        "handlers": [_handler(each) for each in declared.handlers],
        "handlers_table": _handlers_table(declared.handlers),
        "changes": changes(),
        "missing": _marks("missing"),
        "against": _marks("against"),
        "outages": [count(_lines_for_outages(chat)) for chat in CHATS],
        "parameters": _parameters(endpoint_parameters()),
        "again": commands(["chatbench run --experiment clarity", "chatbench report"]),
    }


def _chart() -> Chart:
    rows = [
        Row(each.feature, _SHORT[chat], _SHORT[chat], each.lines, each.lines, each.lines, text)
        for features in zip(*(figures(chat) for chat in CHATS), strict=True)
        for chat, each in zip(CHATS, features, strict=True)
        for text in (count(each.lines),)
    ]
    return Chart(
        "clarity-lines", "Code of each feature; less is better", "Logical lines", tuple(rows)
    )


def _handler(handler: Handler) -> dict[str, str]:
    cells = ["\n\n".join(shown(each) for each in handler.code(chat)) for chat in CHATS]
    return {
        "name": handler.name,
        "code": beside([(cells[0], cells[1])]),
        "dispatch": handler.dispatch,
        "loop": handler.loop,
    }


def _handlers_table(handlers: list[Handler]) -> str:
    rows = []
    for each in handlers:
        a, b = (measured(each.name, each.code(chat)) for chat in CHATS)
        values = [pair(getattr(a, n), getattr(b, n)) for n in ("lines", "cyclomatic", "cognitive")]
        rows.append((each.name, *values, pair(len(a.names), len(b.names))))
    head = ("Channels / FastAPI", "Lines", "Cyclomatic", "Cognitive", "Names")
    return table(head, rows)


def _marks(kind: str) -> str:
    """A table of the reasons, with their code and its lines."""
    found = [each for each in load_clarity().marks if each.kind == kind]
    rows = [(_SHORT[each.chat], _why(each), str(_lines(each)), _objects(each)) for each in found]
    return text_table(("Chat", "Why", "Lines", "Code"), rows)


def _why(mark: Mark) -> str:
    return f"{mark.why} (for outages)" if mark.outages else mark.why


def _lines_for_outages(chat: str) -> int:
    against = [each for each in load_clarity().marks if each.kind == "against"]
    return sum(_lines(each) for each in against if each.outages and each.chat == chat)


def _lines(mark: Mark) -> int:
    return sum(logical_lines(source(each)) for each in mark.code())


def _objects(mark: Mark) -> str:
    return ", ".join(named(each).partition(" in ")[0] for each in mark.code())


def _parameters(found: Parameters) -> dict[str, str]:
    used = [f"`{kind}` {found.kinds[kind]}" for kind in KINDS if found.kinds[kind]]
    unused = [f"`{kind}`" for kind in KINDS if not found.kinds[kind]]
    return {
        "used": ", ".join(used),
        "unused": " and ".join(unused),
        "by_name": str(found.by_name),
        "functions": ", ".join(f"`{each}`" for each in found.functions),
    }
