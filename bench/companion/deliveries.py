"""Which members received which message. Each message is reported once. Uses no socket.

The report comes when all members have the message, or when the wait is given up.
"""

from collections.abc import Callable, Collection, Hashable
from typing import Final

MOST_KNOWN: Final = 4096
"""The largest number of remembered message ids; the oldest is forgotten first."""


class Delivery:
    """One message, and the members that were connected when the first of them received it."""

    __slots__ = ("_missing", "_settled", "first_at", "had", "id", "last_at", "members")

    def __init__(
        self,
        identifier: str,
        members: Collection[Hashable],
        at: float,
        settled: Callable[["Delivery"], None],
    ) -> None:
        self.id = identifier
        self.members = len(members)
        self.had = 0
        self.first_at = self.last_at = at
        self._missing = set(members)
        self._settled = settled

    @property
    def open(self) -> bool:
        """Whether it still waits for a member."""
        return bool(self._missing)

    def arrive(self, member: Hashable, at: float) -> None:
        """A member received it. A second receipt, or one after `give_up`, does not count."""
        missing = self._missing
        if member in missing:
            missing.discard(member)
            self.had += 1
            self.last_at = at
            if not missing:
                self._settled(self)

    def excuse(self, member: Hashable) -> None:
        """Stop waiting for a member that is no longer connected."""
        if member in self._missing:
            self._missing.discard(member)
            self.members -= 1
            if not self._missing:
                self._settled(self)

    def give_up(self) -> None:
        """Stop waiting for all members that do not have it."""
        if self._missing:
            self._missing.clear()
            self._settled(self)


UNTRACKED: Final = Delivery("", (), 0.0, lambda _: None)
"""Stands for every frame that is not reported; `arrive` does nothing."""


class Deliveries:
    """The messages of one room on one backend."""

    def __init__(self, settled: Callable[[Delivery], None]) -> None:
        self._settled = settled
        self._known: dict[str, Delivery] = {}
        self._open: set[Delivery] = set()

    def find(self, identifier: str) -> Delivery | None:
        """The delivery of a message that a member received before, or None."""
        return self._known.get(identifier)

    def begin(self, identifier: str, members: Collection[Hashable], at: float) -> Delivery:
        """The first member received a message that all `members` should receive."""
        if len(self._known) >= MOST_KNOWN:
            self._known.pop(next(iter(self._known))).give_up()
        delivery = self._known[identifier] = Delivery(identifier, members, at, self._settle)
        if delivery.open:
            self._open.add(delivery)
        return delivery

    def excuse(self, member: Hashable) -> None:
        """Stop waiting for a member that is no longer connected, in all deliveries."""
        for delivery in list(self._open):
            delivery.excuse(member)

    def _settle(self, delivery: Delivery) -> None:
        self._open.discard(delivery)
        self._settled(delivery)
