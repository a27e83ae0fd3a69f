"""Where an arm differs from the contract, as `differences.toml` declares it.

The tests use these as strict expected failures. `docs/differences.md` is generated from them.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from bench.declared.arms import further

_DECLARATIONS = Path(__file__).with_name("differences.toml")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `arms` are patterns of ids; `tests` are FOLDER/FILE.py::FUNCTION in `tests/`.

    FUNCTION[CASE] means one case of a test, FUNCTION means all cases.
    """

    topic: str
    what: str
    """What the arm does: one sentence in the present tense."""
    arms: tuple[str, ...]
    tests: tuple[str, ...]
    reason: str
    seen: str
    """The effect that a user of the chat sees."""
    sometimes: bool = False
    """Whether the timing decides if the tests fail; then a test that passes is no failure."""
    in_contract: bool = True
    """Whether the contract asks for it; otherwise only one framework brings it."""

    def matches(self, arm: str, test: str, case: str = "") -> bool:
        """Whether this test, or this case of it, must fail on this arm."""
        return (test in self.tests or f"{test}[{case}]" in self.tests) and self.is_about(arm)

    def is_about(self, arm: str) -> bool:
        """Whether the difference concerns this arm."""
        return any(fnmatchcase(arm, pattern) for pattern in self.arms)

    def of(self, arms: Iterable[str]) -> list[str]:
        """The ids among `arms` that the difference concerns."""
        return [arm for arm in arms if self.is_about(arm)]


@cache
def load_differences() -> Sequence[Difference]:
    """All differences, in the order of their declaration."""
    document = tomllib.loads(_DECLARATIONS.read_text("utf-8"))
    return tuple(
        Difference(
            topic=entry["topic"],
            what=entry["what"],
            arms=tuple(entry["arms"]),
            tests=tuple(entry["tests"]),
            reason=entry["reason"],
            seen=entry["seen"],
            sometimes=entry.get("sometimes", False),
            in_contract=entry.get("in_contract", True),
        )
        for entry in [*document["differences"], *further().get("differences", ())]
    )
