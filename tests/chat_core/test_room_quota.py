"""The bytes that all rooms may hold together: measured now and then, and added to in between."""

from chat_core.history import Kept, NewMessage
from chat_core.room_quota import Quota
from chat_core.settings import Settings
from chat_core.unavailable import TooLargeError


def said(identifier: str) -> NewMessage:
    return NewMessage("room", "ann", identifier, 0, "x" * 100)


def test_only_what_was_added_counts_until_the_next_measurement() -> None:
    size = said("a").size
    quota = Quota(Settings(room_bytes=10**6, history_bytes=3 * size))
    assert quota.is_due(0.0)
    quota.measured(size)
    assert not quota.is_due(1.0)

    batch = [said("new"), said("again"), said("full")]
    quota.added(batch, [Kept(2), Kept(1, again=True), TooLargeError("the room is full")])
    assert quota.room_bytes == 10**6

    quota.added([said("last")], [Kept(3)])
    assert quota.room_bytes == 0


def test_a_measurement_replaces_what_was_counted() -> None:
    quota = Quota(Settings(room_bytes=10**6, history_bytes=1000))
    quota.measured(1000)
    assert quota.room_bytes == 0
    assert quota.is_due(10.0)
    quota.measured(0)
    assert quota.room_bytes == 10**6


def test_without_a_bound_nothing_is_measured() -> None:
    quota = Quota(Settings(room_bytes=5, history_bytes=None))
    assert not quota.is_due(0.0)
    assert quota.room_bytes == 5
