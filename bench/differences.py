"""What an arm does otherwise than the contract says, as `differences.toml` declares it.

The tests take these for their strict expected failures, and `docs/differences.md` is made of them.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

_DECLARATIONS = Path(__file__).with_name("differences.toml")


@dataclass(frozen=True, slots=True)
class Difference:
    """`arms` are patterns of ids; `tests` are FOLDER/FILE.py::FUNCTION under `tests/`.

    With [CASE] after it, it is that case of a test alone, and otherwise all of them.
    """

    topic: str
    what: str
    """In the present tense, one sentence."""
    arms: tuple[str, ...]
    tests: tuple[str, ...]
    reason: str
    seen: str
    """What a user of the chat sees of it."""

    def matches(self, arm: str, test: str, case: str = "") -> bool:
        """Whether this test, or this case of it, is to fail on this arm."""
        return (test in self.tests or f"{test}[{case}]" in self.tests) and self.is_about(arm)

    def is_about(self, arm: str) -> bool:
        """Whether it concerns this arm."""
        return any(fnmatchcase(arm, pattern) for pattern in self.arms)

    def of(self, arms: Iterable[str]) -> list[str]:
        """Those of these arms that it concerns."""
        return [arm for arm in arms if self.is_about(arm)]


@cache
def load_differences() -> Sequence[Difference]:
    """All of them, in the order in which they are declared."""
    document = tomllib.loads(_DECLARATIONS.read_text("utf-8"))
    return tuple(
        Difference(
            topic=entry["topic"],
            what=entry["what"],
            arms=tuple(entry["arms"]),
            tests=tuple(entry["tests"]),
            reason=entry["reason"],
            seen=entry["seen"],
        )
        for entry in document["differences"]
    )
