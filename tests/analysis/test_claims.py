"""Verdicts: each word from an interval that is known, and the errors of the whole family."""

import math

import numpy as np
import pytest

from bench.analysis.claims import (
    Case,
    Check,
    Expectation,
    Question,
    Word,
    judge_cases,
    judge_claims,
)
from bench.analysis.estimate import Estimate
from bench.declared.claims import load_claims


def _ratio(value: float, error: float = 0.01) -> Estimate:
    return Estimate(math.log(value), error, 50)


def _case(
    value: float,
    expected: Expectation = "more",
    threshold: float = 1.0,
    error: float = 0.01,
    claim: str = "it",
    **facts: str,
) -> Case:
    return Case(claim, Question(expected, threshold), facts, _ratio(value, error))


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (_case(2.0), "holds"),
        (_case(0.5), "does not hold"),
        (_case(1.02), "the same within 10 %"),
        (_case(1.06, error=0.005), "the same within 10 %"),
        (_case(1.2, error=0.2), "too noisy to tell"),
        (_case(0.5, "less"), "holds"),
        (_case(2.0, "less"), "does not hold"),
        (_case(1.02, "same"), "the same within 10 %"),
        (_case(1.3, "same"), "does not hold"),
        (_case(1.1, "same"), "too noisy to tell"),
        (_case(1.05, "less", 1.15), "holds"),
        (_case(1.30, "less", 1.15), "does not hold"),
        (_case(1.15, "less", 1.15), "too noisy to tell"),
    ],
)
def test_the_word_of_one_case(case: Case, word: Word) -> None:
    assert judge_cases([case])[0].word == word


def test_cases_that_agree_have_their_word() -> None:
    found = judge_claims([_case(2.0, server="uvicorn"), _case(3.0, server="daphne")])
    assert [(each.word, each.on) for each in found] == [("holds", ())]


def test_a_claim_depends_on_the_fact_that_divides_its_cases() -> None:
    cases = [
        _case(2.0 if fanout == "redis" else 0.5, server=server, fanout=fanout)
        for server in ("uvicorn", "daphne")
        for fanout in ("redis", "memory")
    ]
    found = judge_claims(cases)[0]
    assert (found.word, found.on) == ("depends", ("fanout",))


def test_a_claim_may_depend_on_two_facts_together() -> None:
    cases = [
        _case(2.0 if (server, load) == ("daphne", "65") else 1.0, server=server, load=load)
        for server in ("uvicorn", "daphne")
        for load in ("35", "65")
    ]
    assert judge_claims(cases)[0].on == ("server", "load")


def test_one_noisy_case_leaves_a_claim_open() -> None:
    found = judge_claims([_case(2.0, server="a"), _case(1.2, error=0.3, server="b")])[0]
    assert found.word == "too noisy to tell"


def test_holm_asks_more_of_the_first_than_of_the_last() -> None:
    levels = [v.level for v in judge_cases([_case(2.0), _case(1.5), _case(3.0)])]
    assert sorted(levels) == pytest.approx([0.95, 1 - 0.05 / 2, 1 - 0.05 / 3])


def test_after_a_noisy_case_all_are_too_noisy() -> None:
    """At 95 % alone the second interval excludes 1, too; among three cases it does not."""
    close = _case(1.25, error=0.1)
    assert judge_cases([close])[0].word == "holds"
    words = [v.word for v in judge_cases([close, _case(1.2, error=0.2), _case(1.2, error=0.2)])]
    assert words == ["too noisy to tell"] * 3


def test_the_family_of_claims_has_one_chance_of_an_error() -> None:
    """Twenty true ratios of 1: some wrong word in at most 5 of 100 families."""
    source = np.random.default_rng(1)
    wrong = 0
    for _ in range(400):
        logs = 0.2 * source.standard_normal(20)
        cases = [Case("c", Question("more"), {}, Estimate(float(x), 0.2, 1e6)) for x in logs]
        words = {verdict.word for verdict in judge_cases(cases)}
        wrong += bool(words & {"holds", "does not hold"})
    assert wrong / 400 <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 400)


@pytest.mark.parametrize("truth", [1.1, 1 / 1.1])
def test_a_difference_of_the_margin_is_rarely_called_the_same(truth: float) -> None:
    source = np.random.default_rng(2)
    logs = math.log(truth) + 0.03 * source.standard_normal(2000)
    same = [
        judge_cases([Case("c", Question("same"), {}, Estimate(float(x), 0.03, 1e6))])[0].word
        == "the same within 10 %"
        for x in logs
    ]
    assert np.mean(same) <= 0.025 + 4 * math.sqrt(0.025 / 2000)


def test_equal_arms_are_called_the_same_once_they_are_measured_well() -> None:
    source = np.random.default_rng(3)
    logs = 0.02 * source.standard_normal(500)
    words = [judge_cases([_case(math.exp(x), "same", error=0.02)])[0].word for x in logs]
    assert np.mean([word == "the same within 10 %" for word in words]) > 0.95


def test_the_check_of_an_arm_with_itself() -> None:
    assert Check(_ratio(1.01)).passed
    assert not Check(_ratio(1.05)).passed
    assert Check(_ratio(1.5, 0.02)).precision == pytest.approx(0.041, abs=0.001)


def test_declared_claims_name_arms_that_exist() -> None:
    claims = load_claims()
    assert claims
    for claim in claims:
        facts = [case.facts for case in claim.cases]
        assert len({tuple(sorted(each.items())) for each in facts}) == len(facts), claim.id
