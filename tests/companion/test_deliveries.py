"""Which members received which message, and the wait before the next attempt."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.companion import deliveries
from bench.companion.backoff import BASE_S, LONGEST_S, STABLE_S, Backoff
from bench.companion.deliveries import TELL_EVERY_MS, UNTRACKED, Deliveries, Delivery

Told = list[Delivery]


def account() -> tuple[Deliveries, Told]:
    told: Told = []
    return Deliveries(told.append), told


def test_a_delivery_is_reported_when_the_last_member_has_it() -> None:
    known, told = account()
    delivery = known.begin("a", "xyz", 10.0)
    for member, at in (("x", 10.0), ("z", 11.0)):
        delivery.arrive(member, at)
    assert told == []
    delivery.arrive("y", 12.5)

    assert told == [delivery]
    assert (delivery.members, delivery.had) == (3, 3)
    assert (delivery.first_at, delivery.last_at) == (10.0, 12.5)
    assert known.find("a") is delivery


def test_a_member_that_never_gets_it_is_not_counted() -> None:
    known, told = account()
    delivery = known.begin("a", "xyz", 1.0)
    delivery.arrive("x", 1.0)
    delivery.give_up()
    delivery.give_up()
    delivery.arrive("y", 9.0)

    assert told == [delivery]
    assert delivery.waiting == 0
    assert (delivery.members, delivery.had, delivery.last_at) == (3, 1, 1.0)


def test_a_member_that_leaves_on_request_is_no_loss() -> None:
    known, told = account()
    delivery = known.begin("a", "xyz", 1.0)
    settled = known.begin("b", "x", 1.0)
    settled.arrive("x", 1.0)
    delivery.arrive("x", 1.0)
    delivery.arrive("y", 2.0)
    known.excuse("z")
    known.excuse("x")

    assert told == [settled, delivery]
    assert (delivery.members, delivery.had) == (2, 2)
    assert (settled.members, settled.had) == (1, 1)


def test_a_late_member_is_late_and_not_lost() -> None:
    known, told = account()
    delivery = known.begin("a", "wxyz", 0.0)
    delivery.arrive("w", 0.0)
    delivery.pass_limit(5000.0)
    assert (told, delivery.had, delivery.late, delivery.waiting) == ([delivery], 1, 0, 3)
    delivery.arrive("x", 5000.0 + TELL_EVERY_MS - 1)
    assert told == [delivery], "so soon, no report follows another one"
    delivery.arrive("y", 5000.0 + TELL_EVERY_MS)
    assert told == [delivery] * 2
    delivery.arrive("z", 5000.0 + TELL_EVERY_MS)

    assert told == [delivery] * 3, "the last report comes at once"
    assert (delivery.members, delivery.had, delivery.late, delivery.waiting) == (4, 4, 3, 0)


def test_what_is_late_for_a_member_whose_connection_ends_is_lost() -> None:
    known, told = account()
    delivery = known.begin("a", "xyz", 0.0)
    delivery.arrive("x", 0.0)
    known.excuse("y")
    delivery.pass_limit(5000.0)
    known.excuse("z")

    assert told == [delivery] * 2
    assert (delivery.members, delivery.had, delivery.waiting) == (2, 1, 0)


def test_a_delivery_that_is_complete_has_no_limit() -> None:
    known, told = account()
    delivery = known.begin("a", "x", 0.0)
    delivery.arrive("x", 0.0)
    delivery.pass_limit(5000.0)
    assert told == [delivery]
    assert not delivery.overdue


def test_a_message_outside_the_race_is_not_tracked() -> None:
    UNTRACKED.arrive("x", 1.0)
    assert (UNTRACKED.had, UNTRACKED.waiting) == (0, 0)


def test_the_number_of_remembered_messages_is_bounded() -> None:
    known, told = account()
    oldest = known.begin("oldest", "xy", 1.0)
    oldest.arrive("x", 1.0)
    for number in range(deliveries.MOST_KNOWN):
        known.begin(f"{number}", "x", 2.0)

    assert told == [oldest]
    assert known.find("oldest") is None


@settings(deadline=None)
@given(
    members=st.sets(st.integers(0, 9)),
    steps=st.lists(
        st.tuples(st.sampled_from(["arrive", "arrive", "excuse"]), st.integers(0, 12)), max_size=40
    ),
    limit=st.integers(0, 40),
)
def test_a_delivery_has_one_last_report_and_no_member_counts_twice(
    members: set[int], steps: list[tuple[str, int]], limit: int
) -> None:
    waited: list[int] = []
    known = Deliveries(lambda delivery: waited.append(delivery.waiting))
    delivery = known.begin("a", members, 0.0)
    had: set[int] = set()
    late: set[int] = set()
    gone: set[int] = set()
    excused: set[int] = set()
    for at, (step, member) in enumerate(steps):
        if at == limit:
            delivery.pass_limit(at)
        who = {member} & members - had - gone
        if step == "excuse":
            known.excuse(member)
            gone |= who
            excused |= who if at < limit else set()
        else:
            delivery.arrive(member, at)
            had |= who
            late |= who if at >= limit else set()
    delivery.give_up()

    assert waited[-1:] == ([0] if members else [])
    assert waited.count(0) == (1 if members else 0)
    assert waited == sorted(waited, reverse=True)
    assert (delivery.members, delivery.had) == (len(members - excused), len(had))
    assert delivery.late == len(late)


def test_a_wait_doubles_up_to_a_bound_and_restarts_after_a_stable_time() -> None:
    backoff = Backoff(random.Random(1))
    now, waits = 0.0, []
    for _ in range(12):
        waits.append(backoff.next(now))
        now += waits[-1] + STABLE_S / 2  # it held for a while, but not for long enough

    for number, wait in enumerate(waits):
        whole = min(LONGEST_S, BASE_S * 2**number)
        assert whole / 2 <= wait <= whole
    assert backoff.next(now + STABLE_S) <= BASE_S
