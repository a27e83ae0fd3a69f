"""The ledger: for every receiver and sender, which messages were delivered or lost, and why.

Each sender numbers its messages from 0. For each sender, a receiver's account holds the next
expected number and a set of gaps. The ledger does no I/O.

These messages are expected at a member:

- From its welcome on: every message that is sent while it is a member. An older message that still
  reaches it was in flight when it joined, and does not count.
- When it leaves by itself: messages in flight to it are withdrawn from `expected`. A gap before a
  received message is still a loss. The last messages of a sender that left by itself are withdrawn,
  too, if they do not arrive.
- When it is cut off: every expected message that it does not have is lost. The close is the cause.
- While it is away after a cut, nothing is expected at it. The messages that it misses are `owed`,
  and so is, at every member, a message that it cannot send.

A message that arrives after it counted as lost is delivered, and `late`. If it counted in an
earlier window, only the present window's `late` counts it.

`expected` is counted when a message is sent, `delivered` when a message arrives, and `lost` from
the gaps when a receiver is settled. The three counts are independent, so their balance is a check.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import lt

from bench.load.tally import Tally
from bench.load.written_off import WrittenOff

SILENT = "silent"
"""The cause of a loss without a close or an error: the message did not arrive."""
STILL_COMING = "still coming at the end of the drain"
_WITHDRAWN = ""
"""The cause of a message that is neither expected nor lost, unless it arrives."""


@dataclass(slots=True)
class Sender:
    """One sending member of a room."""

    sent: int = 0
    """Messages sent so far, which is the number of the next message."""
    base: int = 0
    """The first number of the open window; older messages do not count."""
    closed: str | None = None
    """How the sender's connection was cut; None if it was not."""
    left: bool = False
    """Whether the sender left by itself."""
    refused: dict[int, str] = field(default_factory=dict)
    """Numbers that the server refused with an error frame, and the error code of each."""


class Account:
    """The received and the missing messages of one receiver, by sender."""

    __slots__ = ("_first", "_missing", "_room", "_written_off", "kind", "next_number")

    def __init__(self, room: "RoomLedger", kind: str) -> None:
        self._room = room
        self.kind = kind
        """The kind of the member, by which its misses are counted."""
        self._first = [sender.sent for sender in room.senders]
        self.next_number = self._first.copy()
        """The next expected number of each sender. `Member` counts a message with this number
        itself, and calls `arrive` only for other numbers."""
        self._missing: dict[int, set[int]] = {}
        self._written_off: dict[int, WrittenOff] = {}

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
            if not missing:
                del self._missing[slot]
            tally.reordered += in_window
            return True
        written_off = self._written_off.get(slot)
        cause = written_off.take_back(number) if written_off else None
        if cause is not None:
            return self._find(cause, in_window=in_window)
        if number >= self._first[slot]:
            tally.duplicates += in_window
        return False

    def has_all_of(self, slot: int) -> bool:
        """Whether no message of this sender is missing here."""
        return self.next_number[slot] >= self._room.senders[slot].sent and slot not in self._missing

    @property
    def whole(self) -> bool:
        """Whether there is no gap before a received message."""
        return not self._missing

    def settle(self, upto: Iterable[int], cause: str) -> None:
        """Count missing messages as lost, for each sender below its number in `upto`."""
        ends = list(upto)
        if not self._missing and not any(map(lt, self.next_number, ends)):
            return
        for slot, (sender, end) in enumerate(zip(self._room.senders, ends, strict=False)):
            for number in sorted(self._take_gaps(slot, end)):
                self._write_off(slot, number, number + 1, SILENT)
            if self.next_number[slot] < end:
                self._write_off(slot, self.next_number[slot], end, _tail_cause(sender, cause))
                self.next_number[slot] = end

    def _write_off(self, slot: int, start: int, stop: int, cause: str) -> None:
        """Count messages as lost; the cause of a refused message is its refusal."""
        refused = self._room.senders[slot].refused
        if not refused:
            self._write_off_alike(slot, start, stop, cause)
            return
        for number in range(start, stop):
            code = refused.get(number)
            self._write_off_alike(slot, number, number + 1, f"refused {code}" if code else cause)

    def _write_off_alike(self, slot: int, start: int, stop: int, cause: str) -> None:
        self._written_off.setdefault(slot, WrittenOff()).add(start, stop, cause)
        in_window = max(0, stop - max(start, self._room.senders[slot].base))
        if cause == _WITHDRAWN:
            self._room.tally.expected -= in_window
        else:
            self._room.tally.lose(in_window, cause, self.kind)

    def _find(self, cause: str, *, in_window: bool) -> bool:
        """Count the arrival of a message that was written off."""
        tally = self._room.tally
        if not in_window:
            tally.late += cause != _WITHDRAWN
        elif cause == _WITHDRAWN:
            tally.expected += 1
        else:
            tally.find(cause, self.kind)
        return True

    def _take_gaps(self, slot: int, end: int) -> set[int]:
        missing = self._missing.pop(slot, set())
        gaps = {number for number in missing if number < end}
        if len(gaps) < len(missing):
            self._missing[slot] = missing - gaps
        return gaps

    def withdraw(self) -> int:
        """Forget messages in flight; returns the number of these in the window."""
        withdrawn = 0
        for slot, sender in enumerate(self._room.senders):
            start = max(self.next_number[slot], sender.base)
            withdrawn += max(0, sender.sent - start)
            self.next_number[slot] = max(self.next_number[slot], sender.sent)
        return withdrawn


def _tail_cause(sender: Sender, cause: str) -> str:
    """Why the last messages of a sender are missing at a receiver that ended with `cause`."""
    # A close of the sender explains a silent loss; a close of the receiver explains all.
    if cause != SILENT:
        return cause
    if sender.closed:
        return f"sender {sender.closed}"
    return _WITHDRAWN if sender.left else SILENT


class RoomLedger:
    """The senders and receivers of one room; their counts go into a tally."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.senders: list[Sender] = []
        self.receivers: list[Account] = []
        self._away: Counter[str] = Counter()
        """Members that were cut off and have not returned, by kind."""

    def join(self, kind: str = "") -> Account:
        """Add a receiver of this kind that got its welcome."""
        account = Account(self, kind)
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
        if self._away:
            self.tally.owe(self._away)
        return number

    def withhold(self) -> None:
        """Count a message that is due from a member that is away."""
        self.tally.unsent += 1
        self.tally.owe(Counter(account.kind for account in self.receivers))
        self.tally.owe(self._away)

    def arrived_everywhere(self, slot: int) -> bool:
        """Whether no receiver misses a message of this sender."""
        return all(account.has_all_of(slot) for account in self.receivers)

    def leave(self, account: Account) -> None:
        """Remove a receiver that leaves by itself."""
        self.receivers.remove(account)
        self.tally.expected -= account.withdraw()
        account.settle(self._sent(), SILENT)

    def cut(self, account: Account, cause: str) -> None:
        """Remove a receiver that was cut off; it is away until its member returns or leaves."""
        self.receivers.remove(account)
        self._away[account.kind] += 1
        account.settle(self._sent(), cause)

    def forget(self, kind: str) -> None:
        """A member of this kind that was away has returned or left."""
        self._away[kind] -= 1
        self._away = +self._away

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
