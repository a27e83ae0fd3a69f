"""Claims that are declared beforehand, judged from intervals; the code picks the word.

A claim has one or more cases: the same question at other servers, fan-outs or loads. Each case is
one ratio. Its verdict is read off one interval, so at most one of the words is possible:

- *holds*: the interval lies on the side of the threshold that the claim names;
- *does not hold*: it lies on the other side;
- *the same within 10 %*: it lies inside the margin of equivalence (TOST at half the level, which
  is the interval of the same level). This goes before the two above: a difference of 2 % that is
  sure does not matter to the reader, and the figure stands beside the word;
- *too noisy to tell*: none of these.

The intervals are Holm's, over all cases of all claims: the case with the smallest p is judged at
the level 1 - 0.05/m, the next at 1 - 0.05/(m - 1), until one is too noisy; so are all after it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from bench.analysis.estimate import LEVEL, Estimate

Word = Literal["holds", "does not hold", "the same within 10 %", "too noisy to tell", "depends"]
HOLDS: Word = "holds"
DOES_NOT_HOLD: Word = "does not hold"
THE_SAME: Word = "the same within 10 %"
TOO_NOISY: Word = "too noisy to tell"
DEPENDS: Word = "depends"

Expectation = Literal["more", "less", "same"]
MARGIN = 1.1
"""The margin of equivalence, as a factor. The verdict's words name it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What one ratio is asked: whether it is more than, less than, or the same as a threshold.

    A threshold other than 1 has no equivalence: "at most 1.15" is `less` than 1.15.
    """

    expected: Expectation
    threshold: float = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """One ratio that a claim is about.

    `facts` say where it was measured, as {"server": "uvicorn", "load": "65"}.
    """

    claim: str
    question: Question
    facts: Mapping[str, str]
    ratio: Estimate


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """A case, its verdict, and the level of the interval that the verdict was read off."""

    case: Case
    word: Word
    level: float


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """A claim's verdict. `on` names the facts that it depends on; empty for another word."""

    claim: str
    word: Word
    cases: tuple[CaseVerdict, ...]
    on: tuple[str, ...] = ()


def judge_claims(cases: Sequence[Case]) -> list[ClaimVerdict]:
    """The verdicts of all declared claims of a run, in the order of their first cases."""
    judged = judge_cases(cases)
    names = dict.fromkeys(case.claim for case in cases)
    return [_combine(name, [v for v in judged if v.case.claim == name]) for name in names]


def judge_cases(cases: Sequence[Case]) -> list[CaseVerdict]:
    """The verdict of each case after Holm's step-down, in the order of the cases."""
    chance = 1 - LEVEL
    order = sorted(range(len(cases)), key=lambda place: _p(cases[place]))
    verdicts: dict[int, CaseVerdict] = {}
    open_still = True
    level = LEVEL
    for done, place in enumerate(order):
        if open_still:
            level = 1 - chance / (len(cases) - done)
        word = _word(cases[place], level) if open_still else TOO_NOISY
        open_still = open_still and word != TOO_NOISY
        verdicts[place] = CaseVerdict(cases[place], word, level)
    return [verdicts[place] for place in range(len(cases))]


def _word(case: Case, level: float) -> Word:
    low, high = case.ratio.interval(level)
    question = case.question
    if question.threshold == 1 and low > 1 / MARGIN and high < MARGIN:
        return THE_SAME
    if question.expected == "same":
        return DOES_NOT_HOLD if low > MARGIN or high < 1 / MARGIN else TOO_NOISY
    above, below = low > question.threshold, high < question.threshold
    if not above and not below:
        return TOO_NOISY
    return HOLDS if above == (question.expected == "more") else DOES_NOT_HOLD


def _p(case: Case) -> float:
    """The smallest chance of error at which the case has a verdict that is not "too noisy"."""
    ratio, threshold = case.ratio, case.question.threshold
    equivalent = max(ratio.p_above(1 / MARGIN), ratio.p_below(MARGIN)) if threshold == 1 else 1.0
    if case.question.expected == "same":
        different = min(ratio.p_above(MARGIN), ratio.p_below(1 / MARGIN))
    else:
        different = min(ratio.p_above(threshold), ratio.p_below(threshold))
    return min(1.0, 2 * min(equivalent, different))


def _combine(claim: str, cases: list[CaseVerdict]) -> ClaimVerdict:
    """One word for all cases: theirs, if they agree; "depends", if two of them contradict."""
    found = tuple(cases)
    words = {verdict.word for verdict in cases}
    if len(words) == 1:
        return ClaimVerdict(claim, cases[0].word, found)
    told = [verdict for verdict in cases if verdict.word != TOO_NOISY]
    if len({verdict.word for verdict in told}) < 2:
        return ClaimVerdict(claim, TOO_NOISY, found)
    return ClaimVerdict(claim, DEPENDS, found, _facts_that_decide(told))


def _facts_that_decide(told: Sequence[CaseVerdict]) -> tuple[str, ...]:
    """The fewest facts whose values alone give each of these verdicts; all that vary, if none."""
    names = list(dict.fromkeys(name for verdict in told for name in verdict.case.facts))
    varying = [n for n in names if len({v.case.facts.get(n) for v in told}) > 1]
    for size in range(1, len(varying) + 1):
        for chosen in combinations(varying, size):
            by_value: dict[tuple[str | None, ...], set[Word]] = {}
            for verdict in told:
                key = tuple(verdict.case.facts.get(name) for name in chosen)
                by_value.setdefault(key, set()).add(verdict.word)
            if all(len(words) == 1 for words in by_value.values()):
                return chosen
    return tuple(varying)


@dataclass(frozen=True, slots=True)
class Check:
    """The same arm measured as two arms: `passed` if the interval of their ratio contains 1.

    `precision` is the half width of that interval, as a share: the difference that a pair of arms
    like these could have without being seen. Of twenty sound checks, one fails by chance.
    """

    ratio: Estimate

    @property
    def passed(self) -> bool:
        """Whether the interval contains 1."""
        return self.ratio.contains(1.0)

    @property
    def precision(self) -> float:
        """Half the width of the interval, as a share of 1."""
        low, high = self.ratio.interval()
        return math.sqrt(high / low) - 1
