"""A seed decides all cuts and faults; a shelf shows waiting messages in order."""

import pytest

from bench.experiments.survival.plan import BOUNDED, LARGE, Size, draw
from bench.experiments.survival.shelf import Shelf
from bench.experiments.survival.verdict import Record


@pytest.mark.parametrize("size", [BOUNDED, LARGE])
def test_a_seed_draws_the_same_plan_again_and_every_fault(size: Size) -> None:
    plan = draw(7, size)
    assert plan == draw(7, size)
    assert plan != draw(8, size)
    assert {fault.kind for fault in plan.faults} == set(size.faults)


def test_a_shelf_shows_each_message_once_and_in_order() -> None:
    shelf, records = Shelf(), [Record(seq, str(seq), "ann", "", 0) for seq in range(1, 5)]
    first, second, third, fourth = records
    assert [shelf.offer(each) for each in (first, third, first, third)] == [
        True,
        True,
        False,
        False,
    ]
    assert (shelf.last, shelf.hole) == (1, (2, 2))
    assert shelf.offer(fourth)
    assert shelf.offer(second)
    assert (shelf.taken, shelf.hole) == (records, None)
