"""The counts of one window of measurement."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

OWED: Final = "owed: a member was away"


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
    """Messages that arrived after they had counted as lost."""
    unsent: int = 0
    """Messages that were due while their sender was away; they are not in `sent`."""
    owed: int = 0
    """Deliveries that were missed because the sender or the receiver was away; they are neither in
    `expected` nor in `lost`."""
    foreign: int = 0
    """Messages from outside this run: a person in the room, or another generator."""
    lost_by_cause: Counter[str] = field(default_factory=Counter)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter, compare=False)
    """Lost and owed deliveries by the kind of the member that misses them, and by the words of
    Locust's tables. They stay in this process."""

    @property
    def balanced(self) -> bool:
        """Whether every expected message is either delivered or lost."""
        causes = self.lost_by_cause.total()
        return self.expected == self.delivered + self.lost and self.lost == causes

    def lose(self, count: int, cause: str, kind: str = "") -> None:
        """Count losses of a member of this kind with their cause."""
        if count:
            self.lost += count
            self.lost_by_cause[cause] += count
            self.missed[kind, f"lost: {cause}"] += count

    def owe(self, members: Mapping[str, int]) -> None:
        """Count one delivery as owed to each of these members, by kind."""
        for kind, number in members.items():
            self.owed += number
            self.missed[kind, OWED] += number

    def find(self, cause: str, kind: str = "") -> None:
        """Take back one loss of a member of this kind: the message arrived."""
        self.late += 1
        self.lost -= 1
        self.missed[kind, f"lost: {cause}"] -= 1
        self.lost_by_cause[cause] -= 1
        self.lost_by_cause = +self.lost_by_cause

    def add(self, other: Self) -> None:
        """Add the counts of another window or process."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lost_by_cause += other.lost_by_cause
        self.missed.update(other.missed)

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
    "unsent",
    "owed",
    "foreign",
)
