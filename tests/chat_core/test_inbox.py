"""What reaches a member: nothing before the welcome, nothing twice, no frame that excludes it."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from chat_core.codec import Encoded
from chat_core.envelope import Envelope, wrap
from chat_core.inbox import Inbox
from chat_core.outbox import Outbox, OutboxLimit

HELD = 1000


def message(seq: int | None, text: str | None = None) -> Envelope:
    return wrap(Encoded(text or str(seq), 1), seq=seq)


def presence(version: int, exclude: str = "") -> Envelope:
    return wrap(Encoded(f"v{version}", 1), exclude=exclude, version=version)


def let_pass(inbox_newest: int | None, version: int, *parts: list[Envelope]) -> list[str | bytes]:
    """The frames in the outbox, for envelopes before the welcome is known and after it."""
    outbox = Outbox(OutboxLimit(10_000, 10_000), lambda: None)
    inbox = Inbox("me", outbox)
    before, after = parts
    for envelope in before:
        inbox.take(envelope)
    inbox.open(inbox_newest, version)
    for envelope in after:
        inbox.take(envelope)
    outbox.put(Encoded("end", 3))

    async def taken() -> list[str | bytes]:
        found = [await outbox.take()]
        while found[-1] != "end":
            found.append(await outbox.take())
        return found[:-1]

    return asyncio.run(taken())


def test_frames_before_the_welcome_wait_for_it() -> None:
    assert let_pass(2, 0, [message(3)], [message(4)]) == ["3", "4"]


def test_a_replayed_message_does_not_come_live() -> None:
    assert let_pass(2, 0, [message(1), message(2), message(3)], [message(2)]) == ["3"]


def test_a_message_passes_once() -> None:
    assert let_pass(0, 0, [message(1)], [message(1), message(2), message(2)]) == ["1", "2"]


def test_without_a_history_every_message_passes() -> None:
    assert let_pass(None, 0, [message(None, "a")], [message(None, "a")]) == ["a", "a"]


def test_a_late_joined_that_the_welcome_covers_does_not_pass() -> None:
    assert let_pass(None, 5, [presence(5), presence(6)], [presence(4), presence(7)]) == ["v6", "v7"]


def test_an_excluded_members_own_frame_does_not_pass() -> None:
    assert let_pass(None, 0, [presence(1, "me")], [presence(2, "me"), presence(3, "you")]) == ["v3"]


def test_a_missing_welcome_does_not_hold_frames_without_bound() -> None:
    overflows: list[None] = []
    outbox = Outbox(OutboxLimit(10_000, 10_000), lambda: overflows.append(None))
    inbox = Inbox("me", outbox)
    for seq in range(HELD):
        inbox.take(message(seq))
    assert not overflows
    inbox.take(message(HELD))
    assert overflows


@given(st.integers(0, 20), st.lists(st.integers(1, 40)), st.lists(st.integers(1, 40)))
def test_every_newer_message_passes_once(newest: int, held: list[int], live: list[int]) -> None:
    passed = let_pass(newest, 0, [message(seq) for seq in held], [message(seq) for seq in live])
    expected = dict.fromkeys(str(seq) for seq in held + live if seq > newest)
    assert passed == list(expected)
