"""No message reaches a member twice, in any order of arrival."""

from hypothesis import given
from hypothesis import strategies as st

from chat_core.delivered import Delivered

AHEAD = 1000


def test_a_message_is_accepted_once() -> None:
    delivered = Delivered(0)
    assert [seq for seq in (1, 1, 2, 2, 1, 3) if delivered.take(seq)] == [1, 2, 3]
    assert delivered.contiguous == 3


def test_a_message_from_before_is_not_accepted() -> None:
    delivered = Delivered(7)
    assert [delivered.take(seq) for seq in (6, 7, 8)] == [False, False, True]


def test_a_late_message_closes_a_hole() -> None:
    delivered = Delivered(0)
    assert delivered.take(3)
    assert delivered.take(2)
    assert delivered.contiguous == 0
    assert delivered.take(1)
    assert delivered.contiguous == 3
    assert not delivered.take(2)


def test_a_hole_far_behind_is_left_to_the_client() -> None:
    delivered = Delivered(0)
    for seq in range(2, AHEAD + 2):
        assert delivered.take(seq)
    assert delivered.contiguous == 0
    assert delivered.take(AHEAD + 2)
    assert delivered.contiguous == AHEAD + 2
    assert not delivered.take(1)


@given(st.integers(0, 50), st.lists(st.integers(1, 80), max_size=200))
def test_it_agrees_with_a_plain_set(start: int, seqs: list[int]) -> None:
    """Compare with a plain set, which would grow without bound."""
    delivered, had = Delivered(start), set(range(start + 1))
    for seq in seqs:
        assert delivered.take(seq) is (seq not in had)
        had.add(seq)
        first_missing = next(each for each in range(1, 200) if each not in had)
        assert delivered.contiguous == first_missing - 1
