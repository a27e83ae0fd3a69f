"""The common part of rosters that several processes share, for any store."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from chat_core.roster import Absence, Arrival, Beat, Departure, Presence


class Join(NamedTuple):
    """A member is in a room. `added`: it was not before. `registered`: its process was new."""

    presence: Presence
    added: bool
    registered: bool


class Sign(NamedTuple):
    """What a process learns from its beat.

    `known`: the store knew the process. `buried`: its members were announced as left.
    """

    known: bool
    buried: bool


class SharedRoster(ABC):
    """Puts members back that the store forgot, and removes members later after a failure."""

    def __init__(self) -> None:
        self._own: dict[str, tuple[str, str]] = {}
        self._leaving: dict[str, tuple[str, str]] = {}
        self._registered = False
        self._forgotten = False
        """Whether the roster may lack members of this process."""
        self._buried = False
        """Whether these members were announced as left."""
        self._departures: list[Departure] = []
        self._arrivals: list[Arrival] = []

    async def join(self, room: str, member: str, user: str) -> Presence:
        """Put a member into a room."""
        self._own[member] = (room, user)
        return (await self._join(room, member, user)).presence

    async def leave(self, room: str, member: str) -> Absence:
        """Remove a member from a room."""
        _, user = self._own.pop(member, (room, ""))
        self._leaving[member] = (room, user)  # if this fails, the next beat removes the member
        absence = await self._take_out(room, member)
        self._leaving.pop(member, None)
        return absence

    async def beat(self) -> Beat:
        """Report that this process lives. The next beat completes what a failure interrupts."""
        sign = await self._say_alive()
        self._registered = True
        self._forgotten |= not sign.known
        self._buried |= sign.buried
        if self._forgotten:
            await self._come_back()
        await self._leave_again()
        beat = Beat(self._departures, self._arrivals)
        self._departures, self._arrivals = [], []
        return beat

    async def _join(self, room: str, member: str, user: str) -> Join:
        join = await self._put_in(room, member, user)
        self._forgotten |= join.registered and self._registered
        self._registered = True
        return join

    async def _come_back(self) -> None:
        """Put all members back: the store was lost, or this process was counted as dead."""
        for member, (room, user) in tuple(self._own.items()):
            if member in self._own:
                join = await self._put_in(room, member, user)
                if join.added and self._buried:
                    count, version = join.presence.count, join.presence.version
                    self._arrivals.append(Arrival(room, user, count, version, member))
        self._forgotten = self._buried = False

    async def _leave_again(self) -> None:
        """Remove members that left during an outage of the roster."""
        for member, (room, user) in tuple(self._leaving.items()):
            absence = await self.leave(room, member)
            self._departures.append(Departure(room, user, absence.count, absence.version, member))

    @abstractmethod
    async def _put_in(self, room: str, member: str, user: str) -> Join:
        """Put a member into a room, and register this process."""

    @abstractmethod
    async def _take_out(self, room: str, member: str) -> Absence:
        """Remove a member from a room."""

    @abstractmethod
    async def _say_alive(self) -> Sign:
        """Register this process, and remove the members of dead processes.

        The removed members are added to `_departures`.
        """
