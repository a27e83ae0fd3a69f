"""The rows of the contract: each row is one test of this suite, with its arms."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from bench.declared.arms import Arm, load_arms
from tests.conformance.selection import (
    aspects_of,
    aspects_of_further_cases,
    gets_first_cases,
    is_asked_once,
    selected,
    selected_for_further_cases,
    suits,
    value_of,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A test of the contract. Arms are ids; the choice assumes that all engines are installed."""

    module: str
    """As `test_wire`."""
    about: str
    """The first line of the module's docstring."""
    test: str
    """The name of the function."""
    aspects: tuple[str, ...]
    """What the result can depend on besides the framework."""
    suits: tuple[str, ...]
    """All arms on which the test can run."""
    asked: tuple[str, ...]
    """The arms on which `make test` runs it."""
    case_aspects: tuple[str, ...]
    """What the results of its further cases can depend on besides the framework."""
    all_cases: tuple[str, ...]
    """The arms on which `make test` runs all of its cases."""


ROWS = pytest.StashKey[list[Row]]()
"""The key of the collected rows in the stash of pytest's configuration."""


def row_of(test: pytest.Function) -> Row:
    """The row of a test before parametrisation. Raises UsageError."""
    arms = list(load_arms().values())
    module = test.getparent(pytest.Module)
    assert module is not None
    return Row(
        module=test.path.stem,
        about=str(module.obj.__doc__ or "").partition("\n")[0],
        test=test.name,
        aspects=aspects_of(test),
        suits=tuple(arm.id for arm in arms if suits(test, arm)),
        asked=tuple(arm.id for arm in selected(test, arms)),
        case_aspects=aspects_of_further_cases(test),
        all_cases=tuple(arm.id for arm in selected_for_further_cases(test, arms)),
    )


def uncovered(row: Row) -> list[str]:
    """Descriptions of what the row's arms do not cover; empty if all is covered."""
    arms = load_arms()
    suiting = [arms[each] for each in row.suits]
    wanted = _seen(row.aspects, suiting)
    missing = wanted - _seen(row.aspects, [arms[each] for each in row.asked])
    full = [arm for arm in suiting if not gets_first_cases(arm)]
    wanted = _seen(row.case_aspects, full)
    further = wanted - _seen(row.case_aspects, [arms[each] for each in row.all_cases])
    return sorted(missing) + [f"further cases: {each}" for each in sorted(further)]


def _seen(aspects: tuple[str, ...], arms: Iterable[Arm]) -> set[str]:
    """Everything that can make a difference between these arms.

    A server that runs as it is released is seen with either framework.
    """
    seen = set()
    for arm in arms:
        if is_asked_once(arm):
            seen |= {f"server {arm.server}"} if "server" in aspects else set()
            continue
        seen.add(arm.framework)
        seen |= {f"{arm.framework}: {each} {value_of(arm, each)}" for each in aspects}
        if "server" in aspects and arm.variant == "standard":
            seen.add(f"{arm.framework}: the standard chat on {arm.server}")
    return seen
