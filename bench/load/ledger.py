"""The ledger: for every receiver and sender, which messages were delivered or lost, and why.

Each sender numbers its messages from 0. For each sender, a receiver's account holds the next
expected number and a set of gaps. The ledger does no I/O.

These messages are expected at a member:

- From its welcome on: every message that is sent while it is a member. An older message that still
  reaches it was in flight when it joined, and does not count.
- When it leaves by itself: messages in flight to it are withdrawn from `expected`. A gap before a
  received message is still a loss.
- When it is cut off: every expected message that it does not have is lost. The close is the cause.

`expected` is counted when a message is sent, `delivered` when a message arrives, and `lost` from
the gaps when a receiver is settled. The three counts are independent, so their balance is a check.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import lt
from typing import Any, Self

SILENT = "silent"
"""The cause of a loss without a close or an error: the message did not arrive."""
STILL_COMING = "still coming at the end of the drain"


@dataclass(slots=True)
class Tally:
    """The counts of one window; a delivery is one message at one member."""

    sent: int = 0
    expected: int = 0
    delivered: int = 0
    lost: int = 0
    duplicates: int = 0
    reordered: int = 0
    unexpected: int = 0
    """Messages with an id of this run that this run did not send to that room."""
    late: int = 0
    """Messages that arrived after they counted as lost in an earlier window."""
    foreign: int = 0
    """Messages from outside this run: a person in the room, or another generator."""
    lost_by_cause: Counter[str] = field(default_factory=Counter)

    @property
    def balanced(self) -> bool:
        """Whether every expected message is either delivered or lost."""
        causes = self.lost_by_cause.total()
        return self.expected == self.delivered + self.lost and self.lost == causes

    def lose(self, count: int, cause: str) -> None:
        """Count losses with their cause."""
        if count:
            self.lost += count
            self.lost_by_cause[cause] += count

    def add(self, other: Self) -> None:
        """Add the counts of another window or process."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lost_by_cause += other.lost_by_cause

    def as_dict(self) -> dict[str, Any]:
        """All counts, as in the raw result of a step."""
        counts = {name: getattr(self, name) for name in _COUNTS}
        return {**counts, "lost_by_cause": dict(self.lost_by_cause), "balanced": self.balanced}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The inverse of `as_dict`."""
        return cls(
            **{name: data[name] for name in _COUNTS}, lost_by_cause=Counter(data["lost_by_cause"])
        )


_COUNTS = (
    "sent",
    "expected",
    "delivered",
    "lost",
    "duplicates",
    "reordered",
    "unexpected",
    "late",
    "foreign",
)


@dataclass(slots=True)
class Sender:
    """One sending member of a room."""

    sent: int = 0
    """Messages sent so far, which is the number of the next message."""
    base: int = 0
    """The first number of the open window; older messages do not count."""
    closed: str | None = None
    """How the sender's connection was cut; None if it was not."""
    refused: dict[int, str] = field(default_factory=dict)
    """Numbers that the server refused with an error frame, and the error code of each."""


class Account:
    """The received and the missing messages of one receiver, by sender."""

    __slots__ = ("_first", "_missing", "_room", "_written_off", "next_number")

    def __init__(self, room: "RoomLedger") -> None:
        self._room = room
        self._first = [sender.sent for sender in room.senders]
        self.next_number = self._first.copy()
        """The next expected number of each sender. `Member` counts a message with this number
        itself, and calls `arrive` only for other numbers."""
        self._missing: dict[int, set[int]] = {}
        self._written_off: dict[int, set[int]] = {}

    def admit(self) -> None:
        """A sender was added to the room."""
        self._first.append(0)
        self.next_number.append(0)

    def arrive(self, slot: int, number: int) -> bool:
        """Count a message; returns whether it is a delivery to this receiver."""
        following = self.next_number[slot]
        if number >= following:
            if number > following:
                self._missing.setdefault(slot, set()).update(range(following, number))
            self.next_number[slot] = number + 1
            return True
        tally = self._room.tally
        in_window = number >= self._room.senders[slot].base
        missing = self._missing.get(slot)
        if missing and number in missing:
            missing.discard(number)
            tally.reordered += in_window
            return True
        written_off = self._written_off.get(slot)
        if written_off and number in written_off:
            written_off.discard(number)
            tally.late += 1
        elif number >= self._first[slot]:
            tally.duplicates += in_window
        return False

    def settle(self, upto: Iterable[int], cause: str) -> None:
        """Count missing messages as lost, for each sender below its number in `upto`."""
        ends = list(upto)
        self._written_off = {}
        if not self._missing and not any(map(lt, self.next_number, ends)):
            return
        for slot, (sender, end) in enumerate(zip(self._room.senders, ends, strict=False)):
            gaps = self._take_gaps(slot, end)
            tail = range(self.next_number[slot], end)
            self._lose(sender, gaps, SILENT)
            # A close of the sender explains a silent loss; a close of the receiver explains all.
            of_sender = cause == SILENT and sender.closed
            self._lose(sender, tail, f"sender {of_sender}" if of_sender else cause)
            if tail:
                self.next_number[slot] = end
            if gaps or tail:
                self._written_off[slot] = gaps.union(tail)

    def _take_gaps(self, slot: int, end: int) -> set[int]:
        missing = self._missing.pop(slot, set())
        gaps = {number for number in missing if number < end}
        if len(gaps) < len(missing):
            self._missing[slot] = missing - gaps
        return gaps

    def _lose(self, sender: Sender, numbers: Iterable[int], cause: str) -> None:
        for number in numbers:
            if number >= sender.base:
                code = sender.refused.get(number)
                self._room.tally.lose(1, f"refused {code}" if code else cause)

    def withdraw(self) -> int:
        """Forget messages in flight; returns the number of these in the window."""
        withdrawn = 0
        for slot, sender in enumerate(self._room.senders):
            start = max(self.next_number[slot], sender.base)
            withdrawn += max(0, sender.sent - start)
            self.next_number[slot] = max(self.next_number[slot], sender.sent)
        return withdrawn


class RoomLedger:
    """The senders and receivers of one room; their counts go into a tally."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.senders: list[Sender] = []
        self.receivers: list[Account] = []

    def join(self) -> Account:
        """Add a receiver that got its welcome."""
        account = Account(self)
        self.receivers.append(account)
        return account

    def enrol(self) -> int:
        """Add a sender; returns its slot."""
        self.senders.append(Sender())
        for account in self.receivers:
            account.admit()
        return len(self.senders) - 1

    def send(self, slot: int) -> int:
        """Count a sent message; returns its number."""
        sender = self.senders[slot]
        number = sender.sent
        sender.sent = number + 1
        self.tally.sent += 1
        self.tally.expected += len(self.receivers)
        return number

    def leave(self, account: Account) -> None:
        """Remove a receiver that leaves by itself."""
        self.receivers.remove(account)
        self.tally.expected -= account.withdraw()
        account.settle(self._sent(), SILENT)

    def cut(self, account: Account, cause: str) -> None:
        """Remove a receiver that was cut off."""
        self.receivers.remove(account)
        account.settle(self._sent(), cause)

    def open_window(self, tally: Tally) -> None:
        """Count messages into this tally from now on; older messages no longer count."""
        self.tally = tally
        for sender in self.senders:
            sender.base = sender.sent
            sender.refused.clear()

    def settle(self, upto: list[int] | None = None, cause: str = SILENT) -> None:
        """Count missing messages of every receiver as lost: all, or those below `upto`."""
        for account in self.receivers:
            account.settle(self._sent() if upto is None else upto, cause)

    def _sent(self) -> list[int]:
        return [sender.sent for sender in self.senders]
