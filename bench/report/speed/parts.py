"""What each part of a stack is worth: main effects and interactions as tables."""

from typing import Final

from bench.analysis.arms import FANOUTS, FRAMEWORKS, SERVERS
from bench.analysis.effects import Effects, Interaction, MainEffect
from bench.analysis.speed import Condition, SpeedFigures
from bench.report.markdown import table
from bench.report.speed import words

_CONDITION: Final[Condition] = ("65", 100)
_NAMES: Final = {"framework": FRAMEWORKS, "server": SERVERS, "fanout": FANOUTS}
_ERRORS: Final = {
    "between starts": "The intervals come from the scatter between starts.",
    "unexplained": "The intervals come from what both tables leave unexplained: the effect of a "
    "part is not the same in every stack.",
}


def main_effects(figures: SpeedFigures) -> str:
    """Each part's cost divided by the cost of its alternative; empty if the run cannot tell."""
    found = figures.effects(_CONDITION)
    if found is None:
        return ""
    known = [each for each in found.main if each.ratio is not None]
    rows = [(_change(each), words.ratio(each.ratio)) for each in sorted(known, key=_size)]
    return table(("part", "CPU per delivery, times"), rows)


def interactions(figures: SpeedFigures) -> str:
    """How much a part's worth changes with another part."""
    found = figures.effects(_CONDITION)
    if found is None:
        return ""
    known = [each for each in found.interactions if each.ratio is not None]
    rows = [(_both(each), words.ratio(each.ratio)) for each in sorted(known, key=_size)]
    return table(("two parts changed at once", "CPU ÷ product of the two"), rows)


def error(figures: SpeedFigures) -> str:
    """Where the intervals come from, as a sentence."""
    found: Effects | None = figures.effects(_CONDITION)
    return "" if found is None else _ERRORS[found.error]


def _change(effect: MainEffect) -> str:
    return f"{_named(effect.factor, effect.level)} instead of {_named(effect.factor, effect.base)}"


def _both(found: Interaction) -> str:
    pairs = zip(found.factors, found.levels, strict=True)
    return " and ".join(_named(factor, level) for factor, level in pairs)


def _named(factor: str, level: str) -> str:
    name = _NAMES.get(factor, {}).get(level, level)
    return f"`{name}`" if factor == "variant" else name


def _size(effect: MainEffect | Interaction) -> float:
    assert effect.ratio is not None
    return -abs(effect.ratio.log)
