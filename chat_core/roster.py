"""The roster, which knows the members of each room: its types, and a roster for one process.

A member is a connection: two connections with one name are two members.
"""

from dataclasses import dataclass, field
from typing import Protocol

from chat_core import protocol_limits


@dataclass(frozen=True, slots=True, order=True)
class Presence:
    """A room just after a member joined, with this member.

    `version` rises with every join and leave: a `joined` or `left` with an older version is already
    included.
    """

    count: int
    members: list[str]
    """Names, sorted, one for each member; empty above `protocol_limits.PRESENCE_MEMBERS`."""
    version: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Absence:
    """A room that a member has left; `count` members are still there."""

    count: int
    version: int = 0
    told: bool = False
    """Whether the others already got a `left`, because this process counted as dead."""


@dataclass(frozen=True, slots=True, order=True)
class RoomCount:
    """A room with at least one member."""

    room: str
    members: int


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """A member of a dead process; `count` members are left."""

    room: str
    user: str
    count: int
    version: int = 0
    member: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """A member that is in the room again; `count` members are there, with this one."""

    room: str
    user: str
    count: int
    version: int = 0
    member: str = ""


@dataclass(frozen=True, slots=True)
class Beat:
    """The changes that a beat found, for `joined` and `left`."""

    departures: list[Departure] = field(default_factory=list)
    """Members of dead processes, and members that left during an outage of the roster."""
    arrivals: list[Arrival] = field(default_factory=list)
    """Members of this process that were wrongly announced as left."""


class Roster(Protocol):
    """The store of members, the same for both chats. Every call may raise UnavailableError."""

    async def join(self, room: str, member: str, user: str) -> Presence:
        """Put a member into a room."""

    async def leave(self, room: str, member: str) -> Absence:
        """Remove a member from a room."""

    async def rooms(self) -> list[RoomCount]:
        """All rooms with members, sorted by name."""

    async def beat(self) -> Beat:
        """Report that this process lives, and remove the members of dead processes.

        Call it every `protocol_limits.PROCESS_BEAT_SECONDS`. Only one process gets each departure.
        A process that was wrongly counted as dead puts its members back.
        """

    async def check(self) -> None:
        """Return if the roster answers; otherwise raise UnavailableError."""

    async def stop(self) -> None:
        """Disconnect. Not called by a server that has no lifespan protocol."""


@dataclass(slots=True)
class MemoryRoster:
    """The rooms of one process."""

    _rooms: dict[str, dict[str, str]] = field(default_factory=dict)
    _version: int = 0

    async def join(self, room: str, member: str, user: str) -> Presence:
        members = self._rooms.setdefault(room, {})
        members[member] = user
        names = [] if len(members) > protocol_limits.PRESENCE_MEMBERS else sorted(members.values())
        self._version += 1
        return Presence(len(members), names, self._version)

    async def leave(self, room: str, member: str) -> Absence:
        members = self._rooms.get(room, {})
        members.pop(member, None)
        if not members:
            self._rooms.pop(room, None)
        self._version += 1
        return Absence(len(members), self._version)

    async def rooms(self) -> list[RoomCount]:
        return [RoomCount(room, len(self._rooms[room])) for room in sorted(self._rooms)]

    async def beat(self) -> Beat:
        return Beat()

    async def check(self) -> None:
        pass

    async def stop(self) -> None:
        pass
