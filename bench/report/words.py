"""Estimates and spans as words in both languages."""

from collections.abc import Callable, Iterable, Sized

from bench.analysis.estimate import Estimate
from bench.analysis.wording import count, number
from bench.declared.texts import Text, same
from bench.report.speed import words


def ratio(found: Estimate | None) -> Text | None:
    """'4.30 (4.00-4.60)'."""
    return None if found is None else same(words.ratio(found))


def ratio_or_no_difference(found: Estimate | None) -> Text | None:
    """The same, with words in the bracket if the interval contains 1."""
    if found is None or not found.contains(1.0):
        return ratio(found)
    shown = words.ratio(found).removesuffix(")")
    return Text("{shown}; no difference shown)", "{shown}、差は示されず)").filled(shown=shown)


def between(least: str, most: str) -> Text:
    """'16 % to 39 %'."""
    return Text("{least} to {most}", "{least}～{most}").filled(least=least, most=most)


def span(values: Iterable[float], shown: Callable[[float], str] = number) -> Text | None:
    """'16 % to 39 %', or one value; None without values."""
    found = sorted(values)
    if not found:
        return None
    least, most = shown(found[0]), shown(found[-1])
    if least == most:
        return same(least)
    return between(least, most)


def counted(value: int, found: Sized) -> Text | None:
    """A count over what was found; None if nothing was."""
    return same(count(value)) if found else None
