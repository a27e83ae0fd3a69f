"""The answers at the head of the page: each declared claim with its verdict and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.arms import FANOUTS, FRAMEWORKS, SERVERS
from bench.analysis.claims import CaseVerdict, ClaimVerdict
from bench.analysis.speed import SpeedFigures
from bench.declared.claims import DeclaredClaim
from bench.report.speed import words

_NAMES = {"framework": FRAMEWORKS, "server": SERVERS, "fanout": FANOUTS}


@dataclass(frozen=True, slots=True)
class Answer:
    """A claim, the word of its verdict, and one sentence for each stack that was asked."""

    question: str
    word: str
    sentences: tuple[str, ...]


def answers(figures: SpeedFigures, claims: Sequence[DeclaredClaim]) -> list[Answer]:
    """Those of these claims that this run can answer, in the order in which they are declared."""
    declared = {claim.id: claim for claim in claims}
    return [
        _answer(declared[verdict.claim], verdict)
        for verdict in figures.verdicts
        if verdict.claim in declared
    ]


def precision(figures: SpeedFigures) -> list[str]:
    """One sentence for each load at which one arm was measured as two."""
    sentences = []
    for (load, room), check in figures.checks.items():
        if load in ("35", "65"):
            outcome = "as it must be" if check.passed else "which shows a fault of this run"
            sentences.append(
                f"At {load} % of the core, in rooms of {room}: {words.ratio(check.ratio)}, "
                f"{outcome}; the precision of such a pair is ±{100 * check.precision:.1f} %."
            )
    return sentences


def _answer(claim: DeclaredClaim, verdict: ClaimVerdict) -> Answer:
    word = verdict.word
    if verdict.on:
        word_on = f"{word} on {', '.join(_FACTS.get(name, name) for name in verdict.on)}"
    else:
        word_on = str(word)
    return Answer(claim.question, word_on, tuple(_sentences(claim, verdict.cases)))


_FACTS = {"fanout": "the fan-out", "load": "the load", "server": "the server"}


def _sentences(claim: DeclaredClaim, cases: Sequence[CaseVerdict]) -> list[str]:
    """One sentence for each stack; the loads stand in it."""
    by_stack: dict[tuple[tuple[str, str], ...], list[CaseVerdict]] = {}
    for case in cases:
        facts = tuple(item for item in case.case.facts.items() if item[0] != "load")
        by_stack.setdefault(facts, []).append(case)
    return [_sentence(claim, dict(facts), found) for facts, found in by_stack.items()]


def _sentence(claim: DeclaredClaim, facts: dict[str, str], found: Sequence[CaseVerdict]) -> str:
    ratios = " and ".join(words.ratio(each.case.ratio) for each in found)
    loads = " and ".join(f"{each.case.facts['load']} %" for each in found)
    shown = {name: _NAMES.get(name, {}).get(value, value) for name, value in facts.items()}
    return f"{claim.sentence.format(ratio=ratios, **shown)}, at {loads} of the core."
