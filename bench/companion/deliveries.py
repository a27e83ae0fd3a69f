"""Who had which message: told once for each, when all had it or it is given up. Knows no socket."""

from collections.abc import Callable, Collection, Hashable
from typing import Final

MOST_KNOWN: Final = 4096
"""Messages, by id; the oldest is forgotten."""


class Delivery:
    """One message on its way to the members that were there when the first of them had it."""

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
        """Whether somebody has yet to have it, and it has not been given up."""
        return bool(self._missing)

    def arrive(self, member: Hashable, at: float) -> None:
        """A member has it; a second time, or too late, it counts for nothing."""
        missing = self._missing
        if member in missing:
            missing.discard(member)
            self.had += 1
            self.last_at = at
            if not missing:
                self._settled(self)

    def excuse(self, member: Hashable) -> None:
        """A member is no longer connected: it is not to have it any more."""
        if member in self._missing:
            self._missing.discard(member)
            self.members -= 1
            if not self._missing:
                self._settled(self)

    def give_up(self) -> None:
        """Whoever does not have it will not be waited for."""
        if self._missing:
            self._missing.clear()
            self._settled(self)


NOBODYS: Final = Delivery("", (), 0.0, lambda _: None)
"""What all frames are that are not told of: whoever has it changes nothing."""


class Deliveries:
    """The messages of one room on one backend."""

    def __init__(self, settled: Callable[[Delivery], None]) -> None:
        self._settled = settled
        self._known: dict[str, Delivery] = {}
        self._open: set[Delivery] = set()

    def find(self, identifier: str) -> Delivery | None:
        """A message that somebody had before."""
        return self._known.get(identifier)

    def begin(self, identifier: str, members: Collection[Hashable], at: float) -> Delivery:
        """The first member has a message, which these members are to have."""
        if len(self._known) >= MOST_KNOWN:
            self._known.pop(next(iter(self._known))).give_up()
        delivery = self._known[identifier] = Delivery(identifier, members, at, self._settle)
        if delivery.open:
            self._open.add(delivery)
        return delivery

    def excuse(self, member: Hashable) -> None:
        """A member is no longer connected."""
        for delivery in list(self._open):
            delivery.excuse(member)

    def _settle(self, delivery: Delivery) -> None:
        self._open.discard(delivery)
        self._settled(delivery)
