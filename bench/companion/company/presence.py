"""Who is in a room, as the frames of one connection tell it. Uses no socket."""

from collections import Counter
from collections.abc import Collection
from typing import Final

import msgspec

SPOKEN: Final = frozenset({"message", "image", "typing", "reactions", "joined"})
"""A person who causes one of these frames is awake."""


class Heard(msgspec.Struct):
    """The fields of a server frame that matter here."""

    type: str
    user: str = ""
    members: list[str] = []


class Presence:
    """The other members of the room: all but the company."""

    def __init__(self, company: Collection[str]) -> None:
        self._company = frozenset(company)
        self._there: Counter[str] = Counter()

    @property
    def others(self) -> int:
        """How many are there; 0 in a room that is too full for names, which needs no company."""
        return sum(count for name, count in self._there.items() if name not in self._company)

    def hear(self, frame: Heard) -> bool:
        """Take a frame; returns whether it shows that another member is awake."""
        match frame.type:
            case "welcome":
                self._there = Counter(frame.members)
                return self.others > 0
            case "joined":
                self._there[frame.user] += 1
            case "left":
                self._there[frame.user] -= 1
                self._there = +self._there
        return frame.type in SPOKEN and frame.user not in self._company
