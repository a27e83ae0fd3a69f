"""Names: which are the same, and how long what is kept of them can be."""

import sys

import pytest

from chat_core.accounts import KEY_CODE_POINTS, SWEEP_SECONDS, Sweep
from chat_core.names import fold_name
from chat_core.protocol_limits import NAME_CODE_POINTS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann", "ANN"),
        ("straße", "STRASSE"),
        ("ﬁona", "Fiona"),
        ("ａｎｎ", "ann"),
        ("ann\u00a0lee", "ann lee"),
        ("ann\u200b", "ann"),
        ("\u202eann", "ann"),
        ("e\u0301va", "éva"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
    ],
)
def test_names_that_read_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("ann", "anne"), ("ann", "änn"), ("a b", "ab")])
def test_names_that_do_not(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


def test_what_is_kept_of_a_name_is_never_too_long_and_folds_no_further() -> None:
    for each in map(chr, range(sys.maxunicode + 1)):
        folded = fold_name(each)
        assert len(folded) * NAME_CODE_POINTS <= KEY_CODE_POINTS
        assert fold_name(folded) == folded


def test_a_sweep_is_due_now_and_then() -> None:
    sweep = Sweep()
    due = [sweep.due(float(now)) for now in (100, 101, 100 + SWEEP_SECONDS, 101 + SWEEP_SECONDS)]
    assert due == [True, False, True, False]
