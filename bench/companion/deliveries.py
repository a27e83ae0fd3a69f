"""Which members received which message. Uses no socket.

A message is reported when all members have it. Late is not lost: when the limit has passed, it is
reported with the members that still wait, and again as the others receive it.
"""

from collections.abc import Callable, Collection, Hashable
from typing import Final

MOST_KNOWN: Final = 4096
"""The largest number of remembered message ids; the oldest is forgotten first."""
TELL_EVERY_MS: Final = 1000.0
"""The shortest time between two reports on one message that still waits."""


class Delivery:
    """One message, and the members that were connected when the first of them received it."""

    __slots__ = (
        "_missing",
        "_tell",
        "_told_at",
        "first_at",
        "had",
        "id",
        "last_at",
        "late",
        "members",
        "overdue",
    )

    def __init__(
        self,
        identifier: str,
        members: Collection[Hashable],
        at: float,
        tell: Callable[["Delivery"], None],
    ) -> None:
        self.id = identifier
        self.members = len(members)
        self.had = self.late = 0
        self.first_at = self.last_at = at
        self.overdue = False
        """Whether the limit has passed."""
        self._told_at = at
        self._missing = set(members)
        self._tell = tell

    @property
    def waiting(self) -> int:
        """The number of members that do not have it and are still connected."""
        return len(self._missing)

    def arrive(self, member: Hashable, at: float) -> None:
        """A member received it. A second receipt, or one after `give_up`, does not count."""
        missing = self._missing
        if member in missing:
            missing.discard(member)
            self.had += 1
            if self.overdue:
                self.late += 1
            self.last_at = at
            if not missing or (self.overdue and at - self._told_at >= TELL_EVERY_MS):
                self._report(at)

    def excuse(self, member: Hashable) -> None:
        """Stop waiting for a member that is no longer connected. What is late for it is lost."""
        if member in self._missing:
            self._missing.discard(member)
            if not self.overdue:
                self.members -= 1
            if not self._missing:
                self._report(self.last_at)

    def pass_limit(self, at: float) -> None:
        """Whatever arrives from now on is late."""
        if self._missing:
            self.overdue = True
            self._report(at)

    def give_up(self) -> None:
        """Stop waiting for all members that do not have it."""
        if self._missing:
            self._missing.clear()
            self._report(self.last_at)

    def _report(self, at: float) -> None:
        self._told_at = at
        self._tell(self)


UNTRACKED: Final = Delivery("", (), 0.0, lambda _: None)
"""Stands for every frame that is not reported; `arrive` does nothing."""


class Deliveries:
    """The messages of one room on one backend."""

    def __init__(self, tell: Callable[[Delivery], None]) -> None:
        self._tell = tell
        self._known: dict[str, Delivery] = {}
        self._open: set[Delivery] = set()

    def find(self, identifier: str) -> Delivery | None:
        """The delivery of a message that a member received before, or None."""
        return self._known.get(identifier)

    def begin(self, identifier: str, members: Collection[Hashable], at: float) -> Delivery:
        """The first member received a message that all `members` should receive."""
        if len(self._known) >= MOST_KNOWN:
            self._known.pop(next(iter(self._known))).give_up()
        delivery = self._known[identifier] = Delivery(identifier, members, at, self._report)
        if delivery.waiting:
            self._open.add(delivery)
        return delivery

    def excuse(self, member: Hashable) -> None:
        """Stop waiting for a member that is no longer connected, in all deliveries."""
        for delivery in list(self._open):
            delivery.excuse(member)

    def _report(self, delivery: Delivery) -> None:
        if not delivery.waiting:
            self._open.discard(delivery)
        self._tell(delivery)
