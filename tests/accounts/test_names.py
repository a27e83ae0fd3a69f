"""Names: which are the same, and how long their keys can be."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_core.accounts import KEY_CODE_POINTS, SWEEP_SECONDS, Sweep
from chat_core.default_ignorable import RANGES
from chat_core.names import fold_accounts, fold_name, read_name
from chat_core.protocol_limits import NAME_CODE_POINTS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann", "ANN"),
        ("straße", "STRASSE"),
        ("ﬁona", "Fiona"),
        ("ａｎｎ", "ann"),
        ("ann\u00a0lee", "ann lee"),
        ("ann  lee", "ann lee"),
        ("ann \u200b lee", "ann lee"),
        ("ann\u200b", "ann"),
        ("\u202eann", "ann"),
        ("e\u0301va", "éva"),
        ("jose\u200b\u0301", "josé"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        *((f"jos{unseen}é", "JOSÉ") for unseen in "\u034f\u3164\uffa0\ufe0f\u2800\ufff9\U000e0100"),
    ],
)
def test_names_that_read_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ann", "anne"), ("ann", "änn"), ("a b", "ab"), ("ann", "аnn")]
)
def test_names_that_read_differently(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


def test_keys_contain_no_ignorable_code_point() -> None:
    ignorable = [chr(each) for first, last in RANGES for each in range(first, last + 1)]
    assert len(ignorable) == 4174
    for each in ignorable:
        assert fold_name(f"jos{each}é") == "josé"
        assert read_name(each) is None
    for first, last in RANGES:
        for beside in {first - 1, last + 1} - {0x1160, 0xFFF9}:
            assert chr(beside) in ignorable or len(fold_name(f"jos{chr(beside)}é")) > 4


@pytest.mark.parametrize(
    "name",
    ["", " ", "\u3000", "\u200b", "\u3164", "\u2800\u00a0", "\ufe0f\u034f", "a\u202eb", "\u2067a"],
)
def test_invisible_names_and_controls_of_direction_are_refused(name: str) -> None:
    assert read_name(name) is None


def test_a_key_is_never_too_long_and_folding_it_again_changes_nothing() -> None:
    for each in map(chr, range(sys.maxunicode + 1)):
        folded = fold_name(each)
        assert len(folded) * NAME_CODE_POINTS <= KEY_CODE_POINTS
        assert folded == each or fold_name(folded) == folded


@given(
    st.text(max_size=NAME_CODE_POINTS), st.integers(0, NAME_CODE_POINTS), st.sampled_from(RANGES)
)
def test_invisible_characters_do_not_make_another_name(
    name: str, where: int, unseen: tuple[int, int]
) -> None:
    folded = fold_name(name)
    assert len(folded) <= KEY_CODE_POINTS
    assert fold_name(folded[:where] + chr(unseen[0]) + folded[where:]) == folded


def test_of_accounts_with_the_same_new_key_the_oldest_keeps_the_name() -> None:
    names = ["josé", "jose\u200b\u0301", "ann", "\u200b", "JOSÉ"]
    keys = dict(fold_accounts(enumerate(names)))
    assert (keys[0], keys[2]) == ("josé", "ann")
    assert len(set(keys.values())) == len(names)
    for number in (1, 3, 4):
        assert fold_name(keys[number]) != keys[number]


def test_a_sweep_is_due_at_intervals() -> None:
    sweep = Sweep()
    due = [sweep.due(float(now)) for now in (100, 101, 100 + SWEEP_SECONDS, 101 + SWEEP_SECONDS)]
    assert due == [True, False, True, False]
