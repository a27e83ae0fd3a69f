"""Who is in which room: what a roster answers, and the roster of a chat that is one process.

A member is a connection: a name that is there twice is two members.
"""

from dataclasses import dataclass, field
from typing import Protocol

from chat_core import protocol_limits


@dataclass(frozen=True, slots=True, order=True)
class Presence:
    """A room as its newest member finds it, that member included.

    `version` rises with every coming and going: what is told of an older one is in this already.
    """

    count: int
    members: list[str]
    """Names, sorted, one for each member; empty above `protocol_limits.PRESENCE_MEMBERS`."""
    version: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Absence:
    """A room that a member has left; `count` members are there still."""

    count: int
    version: int = 0
    told: bool = False
    """Whether the others know already, for they had been told that the process died."""


@dataclass(frozen=True, slots=True, order=True)
class RoomCount:
    """A room with somebody in it."""

    room: str
    members: int


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """A member of a process that died; `count` members are left."""

    room: str
    user: str
    count: int
    version: int = 0
    member: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """A member that is in the room again; `count` members are there, this one included."""

    room: str
    user: str
    count: int
    version: int = 0
    member: str = ""


@dataclass(frozen=True, slots=True)
class Beat:
    """What the others must be told after a beat."""

    departures: list[Departure] = field(default_factory=list)
    """Members of processes that died, and members that left while the roster was away."""
    arrivals: list[Arrival] = field(default_factory=list)
    """Members of this process, that the others were told had left."""


class Roster(Protocol):
    """What both chats keep their members in. Every call may raise UnavailableError."""

    async def join(self, room: str, member: str, user: str) -> Presence:
        """Put a member into a room."""

    async def leave(self, room: str, member: str) -> Absence:
        """Take a member out."""

    async def rooms(self) -> list[RoomCount]:
        """All rooms with somebody in them, by name."""

    async def beat(self) -> Beat:
        """Say that this process lives, and take out the members of processes that do not.

        To be called every `protocol_limits.PROCESS_BEAT_SECONDS`. One process is told of each
        departure. A process that the others took for dead has its members put back.
        """

    async def check(self) -> None:
        """Return where the roster can be reached."""

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
