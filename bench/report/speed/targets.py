"""What this bench aims at, and what a run reached."""

from typing import Final

from bench.analysis.claims import Check
from bench.analysis.speed import Condition, SpeedFigures
from bench.envelope.ceiling import CeilingFound
from bench.report.markdown import table
from bench.report.speed import generator, words

HEADERS: Final = ("target", "aimed at", "in this run", "met")
_HALF: Final[Condition] = ("35", 100)
BUSY: Final[Condition] = ("65", 100)
_WIDTH: Final = {"quick": 0.05, "full": 0.02}
_SAME: Final = 0.03
_RECIPE, _FASTEST = 6.0, 2.0
RATIOS: Final = (
    ("FastAPI `tuned` ÷ raw ASGI", "fastapi-uvicorn-memory-tuned", "asgi-uvicorn", 1.15),
    ("FastAPI `standard` ÷ raw ASGI", "fastapi-uvicorn-memory", "asgi-uvicorn", 1.4),
    (
        "Channels `tuned` ÷ FastAPI `standard`, memory",
        "channels-uvicorn-memory-tuned",
        "fastapi-uvicorn-memory",
        1.1,
    ),
    (
        "Channels `tuned` ÷ FastAPI `standard`, Redis",
        "channels-uvicorn-redis-tuned",
        "fastapi-uvicorn-redis",
        1.2,
    ),
)

Row = tuple[str, str, str, str]


def table_of(figures: SpeedFigures) -> str:
    """All targets as a table."""
    return table(HEADERS, rows(figures))


def rows(figures: SpeedFigures) -> list[Row]:
    """Each target: its name, the aim, what this run reached, and whether it is met."""
    found = [_width(figures, _WIDTH[figures.run.info.profile])]
    found += [_check(key, check) for key, check in figures.checks.items() if key in (_HALF, BUSY)]
    found += _generator(figures)
    for name, above, below, limit in RATIOS:
        for condition in (_HALF, BUSY):
            ratio = figures.ratio(condition, above, below)
            met = "" if ratio is None else _met(ratio.value <= limit)
            found.append((f"{name}, {condition[0]} %", f"≤ {limit:g}", words.ratio(ratio), met))
    return found


def _width(figures: SpeedFigures, limit: float) -> Row:
    name, aimed = "half width of the claims' intervals", f"≤ {100 * limit:g} %"
    widths = [case.case.ratio.half_width for v in figures.verdicts for case in v.cases]
    if not widths:
        return (name, aimed, words.NONE, "")
    reached = f"{100 * min(widths):.1f} to {100 * max(widths):.1f} %"
    return (name, aimed, reached, _met(max(widths) <= limit))


def _check(condition: Condition, check: Check) -> Row:
    name = f"one arm measured as two, {condition[0]} %"
    met = _met(abs(check.ratio.value - 1) <= _SAME)
    return (name, "within 3 % of 1", words.ratio(check.ratio), met)


def _generator(figures: SpeedFigures) -> list[Row]:
    """The generator's ceiling: against the usual recipe, and against the fastest chat."""
    found = next((e for e in figures.run.observations if isinstance(e, CeilingFound)), None)
    if found is None or found.ratio is None:
        return []
    met = _met(found.ratio >= _RECIPE)
    per_core = ("generator ÷ usual Locust recipe, per core", "≥ 6", f"{found.ratio:.2f}", met)
    times = generator.times_the_fastest(figures, found)
    if times is None:
        return [per_core]
    return [per_core, ("generator ÷ fastest chat", "≥ 2", f"{times:.2f}", _met(times >= _FASTEST))]


def _met(met: bool) -> str:
    return "yes" if met else "no"
