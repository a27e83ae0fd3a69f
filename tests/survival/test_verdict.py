"""The verdict finds every planted violation: lost, twice, disorder, invented, different."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.experiments.survival.verdict import Evidence, Record, Sent, Taken, Violation, judge

ROOM = "lobby"


def _record(seq: int) -> Record:
    return Record(seq, f"ann-{seq}", "ann", f"text {seq}", 1000 + seq)


RECORDS = [_record(seq) for seq in range(1, 6)]
SENT = {record.id: Sent(ROOM, record.user, record.text) for record in RECORDS}
GOOD = Evidence(
    sent={**SENT, "ann-9": Sent(ROOM, "ann", "without an answer")},
    acked={record.id: record.seq for record in RECORDS[:4]},
    histories={ROOM: RECORDS},
    members=[Taken("bob", ROOM, RECORDS), Taken("cat", ROOM, RECORDS)],
)


def _bob_took(*records: Record) -> Evidence:
    return replace(GOOD, members=[Taken("bob", ROOM, list(records)), GOOD.members[1]])


def _all_have(*records: Record) -> Evidence:
    members = [replace(each, records=list(records)) for each in GOOD.members]
    return replace(GOOD, histories={ROOM: list(records)}, members=members)


def _kinds(evidence: Evidence) -> set[str]:
    return {violation.kind for violation in judge(evidence)}


def test_a_correct_run_has_no_violations() -> None:
    assert judge(GOOD) == []


def test_without_an_acknowledgement_a_message_may_be_missing() -> None:
    assert judge(_all_have(*RECORDS[:4])) == []


first, second, third, fourth, fifth = RECORDS


@pytest.mark.parametrize(
    ("taken", "kind"),
    [
        pytest.param(RECORDS[:4], "lost", id="the last is missing, acknowledged or not"),
        pytest.param([first, second, fourth, fifth], "lost", id="a hole"),
        pytest.param([], "lost", id="everything is missing"),
        pytest.param([*RECORDS[:3], third, fourth, fifth], "twice", id="one comes twice"),
        pytest.param([first, third, second, fourth, fifth], "disorder", id="two are exchanged"),
        pytest.param([*RECORDS, _record(6)], "invented", id="one that nobody sent"),
        pytest.param(
            [*RECORDS[:4], fifth._replace(text="other")], "different", id="with another text"
        ),
        pytest.param(
            [*RECORDS[:4], fifth._replace(user="bob")], "different", id="by somebody else"
        ),
        pytest.param([*RECORDS[:4], fifth._replace(at=1)], "different", id="at another time"),
    ],
)
def test_a_difference_of_a_member_from_the_history_is_found(taken: list[Record], kind: str) -> None:
    found = judge(_bob_took(*taken))
    assert kind in {violation.kind for violation in found}
    assert {violation.where for violation in found} == {f"bob in {ROOM}"}


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        pytest.param(RECORDS[:3], "lost", id="an acknowledged one is missing"),
        pytest.param([*RECORDS[:2], *RECORDS[3:]], "lost", id="a hole"),
        pytest.param([*RECORDS, fifth._replace(seq=6)], "twice", id="one has two seqs"),
        pytest.param([*RECORDS, _record(6)], "invented", id="one that nobody sent"),
        pytest.param(
            [second._replace(seq=1), first._replace(seq=2), *RECORDS[2:]],
            "different",
            id="not the seqs that were acknowledged",
        ),
    ],
)
def test_a_violation_that_all_share_is_found(records: list[Record], kind: str) -> None:
    assert kind in _kinds(_all_have(*records))


@pytest.mark.parametrize(
    ("spoil", "violation"),
    [
        (
            lambda: replace(GOOD, acked={}),
            Violation("lost", "everywhere", "nothing was acknowledged at all"),
        ),
        (
            lambda: replace(GOOD, acked_twice=["ann-1"]),
            Violation("twice", "acks", "ann-1 has two seqs"),
        ),
        (
            lambda: replace(GOOD, members=[replace(GOOD.members[0], repeated=[3])]),
            Violation("twice", f"bob in {ROOM}", "seq 3 came again on one connection"),
        ),
        (
            lambda: replace(GOOD, sent={**GOOD.sent, "ann-1": Sent("cellar", "ann", "text 1")}),
            Violation("invented", f"history of {ROOM}", "nobody sent ann-1 (seq 1) there"),
        ),
    ],
    ids=["nothing acknowledged", "two acks", "twice on a connection", "in another room"],
)
def test_each_violation_is_described(spoil: Callable[[], Evidence], violation: Violation) -> None:
    assert violation in judge(spoil())
