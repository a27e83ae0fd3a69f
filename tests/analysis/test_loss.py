"""What became of the messages of a case, and whether each loss has a cause."""

from typing import Any

import pytest

from bench.analysis import loss
from bench.envelope.loss import DROPPED, LossCase, LossEntry, LossMember
from bench.experiments.loss.accounting import missing

EVICTED = "1013 you read too slowly: come back"


def case(*causes: dict[str, int], **more: Any) -> LossCase:
    """A case of 10 messages, with the missing messages of each member by cause."""
    names = ("sender", "other", "reader")
    members = {
        name: LossMember(arrived=10 - sum(each.values()), missing=each)
        for name, each in zip(names, causes, strict=True)
    }
    base: dict[str, Any] = {
        "case": "photos",
        "content": "image",
        "size": 1024,
        "count": 10,
        "reader": "reads",
        "written": 10,
        "members": members,
        "before_mib": 50.0,
        "peak_mib": 60.0,
        "longest_send_s": 0.1,
    }
    return LossCase(**base | more)


def entry(arm: str, *cases: LossCase) -> LossEntry:
    """An arm's observation."""
    return LossEntry(experiment="loss", arm=arm, at_s=0.0, cases=list(cases))


def test_nothing_is_missing_where_everything_came() -> None:
    assert missing(3, {}, None, {0, 1, 2}, {0, 1, 2}, None) == {}


def test_a_refused_message_has_the_code_of_its_answer() -> None:
    assert missing(2, {1: "too_large"}, None, {0}, {0}, None) == {"refused: too_large": 1}


def test_a_closed_sender_explains_what_came_to_nobody_after_its_last_message() -> None:
    found = missing(5, {}, "1009 too big", {0, 1, 2}, {0, 1, 2}, None)
    assert found == {"the sender was closed: 1009 too big": 2}


def test_a_closed_member_explains_what_came_to_others_after_its_last_message() -> None:
    assert missing(4, {}, None, {0, 1, 2, 3}, {0, 1}, EVICTED) == {f"closed: {EVICTED}": 2}


def test_a_hole_before_the_last_message_is_not_explained_by_the_end() -> None:
    assert missing(4, {}, None, {0, 1, 2, 3}, {0, 2}, EVICTED) == {
        DROPPED: 1,
        f"closed: {EVICTED}": 1,
    }


def test_what_an_open_connection_did_not_bring_was_dropped() -> None:
    assert missing(3, {}, None, {0, 1, 2}, {0}, None) == {DROPPED: 2}
    assert missing(3, {}, None, set(), set(), None) == {DROPPED: 3}


@pytest.mark.parametrize(
    ("causes", "kind", "text"),
    [
        ({}, "all", "all"),
        ({"refused: too_large": 1}, "refused", "told"),
        ({"refused: too_large": 1, f"closed: {EVICTED}": 2}, "closed", "1013"),
        ({f"closed: {EVICTED}": 1, "the sender was closed: 1006": 1}, "cut", "1006"),
        ({f"closed: {EVICTED}": 1, DROPPED: 4}, "dropped", "−4"),
    ],
)
def test_the_gravest_thing_is_the_outcome(causes: dict[str, int], kind: str, text: str) -> None:
    assert loss.outcome(case({}, {}, causes)) == loss.Outcome(kind, text)  # type: ignore[arg-type]


def test_a_layer_explains_as_many_as_it_counted() -> None:
    lost = case({}, {DROPPED: 1}, {DROPPED: 4}, layer_dropped={"a layer": 3})
    assert (loss.dropped(lost), loss.unexplained(lost)) == (5, 2)
    assert loss.unexplained(case({}, {}, {DROPPED: 4}, layer_dropped={"a layer": 9})) == 0


def test_the_totals_are_of_deliveries() -> None:
    full = case(
        {},
        {},
        {DROPPED: 4},
        layer_dropped={"a layer": 4},
        kernel={"TCPToZeroWindowAdv": 3, "RetransSegs": 5},
    )
    found = loss.totals([entry("a", full, case({}, {}, {})), entry("b", case({}, {}, {}))])
    assert (found.arms, found.cases, found.written, found.expected) == (2, 3, 30, 90)
    assert (found.missing, found.dropped, found.counted, found.unexplained) == (4, 4, 4, 0)
    assert (found.full, found.windows, found.again) == (1, 3, 5)


def test_causes_are_sorted_by_what_is_missing() -> None:
    one = entry("a", case({}, {}, {DROPPED: 1, f"closed: {EVICTED}": 3}))
    other = entry("b", case({}, {}, {DROPPED: 4}))
    assert loss.causes([one, other]) == {DROPPED: (5, ["a", "b"]), "closed with 1013": (3, ["a"])}


def test_closes_that_differ_in_their_words_are_one_cause() -> None:
    sender = "the sender was closed: 1009"
    one = entry("a", case({f"{sender} frame too big": 1}, {}, {}))
    other = entry("b", case({f"{sender} exceeds the limit": 2}, {}, {}))
    assert loss.causes([one, other]) == {"the sender was closed with 1009": (3, ["a", "b"])}
