"""The claims that a run answers, as `claims.toml` declares them before the run is made."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.declared.arms import Arm, find_arm
from bench.errors import BenchError

_DECLARATIONS = Path(__file__).with_name("claims.toml")
_EXPECTATIONS = ("more", "less", "same")
_FACTS = ("framework", "server", "fanout", "history", "variant")


@dataclass(frozen=True, slots=True)
class DeclaredCase:
    """One ratio of a claim: `above` divided by `below`, at an experiment and a load.

    `facts` say where it is measured: those parts of `above` that the claim may depend on.
    """

    above: str
    below: str
    experiment: str
    load: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class DeclaredClaim:
    """A claim: a question, the sentence of its answer, and the ratios that decide.

    `expected` is more, less or same; it holds if the ratios are so, compared with `threshold`.
    """

    id: str
    question: str
    sentence: str
    expected: str
    threshold: float
    cases: tuple[DeclaredCase, ...]


@cache
def load_claims() -> tuple[DeclaredClaim, ...]:
    """All declared claims, in their order. Raises BenchError for a claim that cannot be."""
    document = tomllib.loads(_DECLARATIONS.read_text("utf-8"))
    return tuple(read_claim(entry) for entry in document["claims"])


def read_claim(entry: dict[str, Any]) -> DeclaredClaim:
    """One claim from its table. Raises BenchError for an unknown arm or expectation."""
    expected, threshold = entry["expected"], float(entry.get("threshold", 1.0))
    if expected not in _EXPECTATIONS:
        known = ", ".join(_EXPECTATIONS)
        raise BenchError(f"The claim {entry['id']} expects {expected!r}: choose one of {known}.")
    if expected == "same" and threshold != 1:
        raise BenchError(f"The claim {entry['id']} expects the same, so its threshold must be 1.")
    cases = tuple(
        _case(above, below, entry["experiment"], load)
        for above, below in entry["pairs"]
        for load in entry["loads"]
    )
    return DeclaredClaim(
        entry["id"], entry["question"], entry["sentence"], expected, threshold, cases
    )


def _case(above: str, below: str, experiment: str, load: str) -> DeclaredCase:
    arm: Arm = find_arm(above)
    find_arm(below)
    facts = {name: str(getattr(arm, name)) for name in _FACTS} | {"load": load}
    return DeclaredCase(above, below, experiment, load, facts)
