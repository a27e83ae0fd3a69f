"""The rules that must hold at the end, checked on sent, acknowledged and received messages.

Every acknowledged message is in the history and reached every member exactly once, in the order of
`seq`. No member has a message that no member sent. A message without an acknowledgement may be
there or not, but not twice, and not changed.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Record(NamedTuple):
    """A message in a member or in the history."""

    seq: int
    id: str
    user: str
    text: str
    at: int


class Sent(NamedTuple):
    """A message as the writer sent it."""

    room: str
    user: str
    text: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The messages of one member, in the order in which they were shown."""

    member: str
    room: str
    records: Sequence[Record]
    repeated: Sequence[int] = ()
    """Seqs that arrived twice on one connection, or that arrived although `since` covered them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All data for the verdict."""

    sent: Mapping[str, Sent]
    """By id."""
    acked: Mapping[str, int]
    """The acknowledged seq, by id."""
    histories: Mapping[str, Sequence[Record]]
    """The history by HTTP at the end, by room."""
    members: Sequence[Taken]
    acked_twice: Sequence[str] = field(default=())
    """The ids that were acknowledged twice, with different seqs."""


class Violation(NamedTuple):
    """What must not be: `kind` is lost, twice, disorder, invented or different."""

    kind: str
    where: str
    what: str


def judge(evidence: Evidence) -> list[Violation]:
    """All violations; empty if all messages survived."""
    found = [Violation("twice", "acks", f"{each} has two seqs") for each in evidence.acked_twice]
    if not evidence.acked:
        found.append(Violation("lost", "everywhere", "nothing was acknowledged at all"))
    for room, history in evidence.histories.items():
        found += _of_list(f"history of {room}", room, history, evidence.sent)
        found += _of_acks(room, history, evidence)
    for taken in evidence.members:
        found += _of_member(taken, evidence)
    return found


def _of_list(
    where: str, room: str, records: Sequence[Record], sent: Mapping[str, Sent]
) -> Iterator[Violation]:
    """Check the messages of one room: each once, in order, as sent."""
    seqs = [record.seq for record in records]
    for seq, times in Counter(seqs).items():
        if times > 1:
            yield Violation("twice", where, f"seq {seq} is there {times} times")
    for each, times in Counter(record.id for record in records).items():
        if times > 1:
            yield Violation("twice", where, f"{each} is there {times} times")
    for before, after in itertools.pairwise(seqs):
        if after < before:
            yield Violation("disorder", where, f"seq {after} comes after {before}")
    missing = set(range(1, max(seqs, default=0) + 1)) - set(seqs)
    for seq in sorted(missing):
        yield Violation("lost", where, f"seq {seq} is missing")
    for record in records:
        yield from _of_record(where, room, record, sent)


def _of_record(
    where: str, room: str, record: Record, sent: Mapping[str, Sent]
) -> Iterator[Violation]:
    origin = sent.get(record.id)
    if origin is None or origin.room != room:
        yield Violation("invented", where, f"nobody sent {record.id} (seq {record.seq}) there")
    elif (record.user, record.text) != (origin.user, origin.text):
        yield Violation("different", where, f"{record.id} (seq {record.seq}) was sent otherwise")


def _of_acks(room: str, history: Sequence[Record], evidence: Evidence) -> Iterator[Violation]:
    there = {record.id: record.seq for record in history}
    for each, seq in evidence.acked.items():
        if evidence.sent[each].room != room:
            continue
        if each not in there:
            yield Violation("lost", f"history of {room}", f"{each}, acknowledged as {seq}")
        elif there[each] != seq:
            what = f"{each}, acknowledged as {seq}, is {there[each]}"
            yield Violation("different", f"history of {room}", what)


def _of_member(taken: Taken, evidence: Evidence) -> Iterator[Violation]:
    where = f"{taken.member} in {taken.room}"
    yield from _of_list(where, taken.room, taken.records, evidence.sent)
    for seq in taken.repeated:
        yield Violation("twice", where, f"seq {seq} came again on one connection")
    history = {record.seq: record for record in evidence.histories.get(taken.room, ())}
    has = {record.seq: record for record in taken.records}
    for seq in sorted(history.keys() - has.keys()):
        if seq > max(has, default=0):  # earlier missing seqs are reported as holes
            yield Violation("lost", where, f"seq {seq} is missing")
    for seq in sorted(has.keys() - history.keys()):
        yield Violation("invented", where, f"seq {seq} is not in the history")
    for seq in sorted(has.keys() & history.keys()):
        if has[seq] != history[seq]:
            yield Violation("different", where, f"seq {seq} is not what the history has")
