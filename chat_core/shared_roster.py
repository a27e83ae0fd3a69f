"""What a roster does that several processes share, wherever it is kept."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from chat_core.roster import Absence, Arrival, Beat, Departure, Presence


class Join(NamedTuple):
    """A member is in a room. `added`: it was not before; `registered`: neither was its process."""

    presence: Presence
    added: bool
    registered: bool


class Sign(NamedTuple):
    """What a process learns as it says that it lives.

    `known`: it was before; `buried`: the others had been told that its members left.
    """

    known: bool
    buried: bool


class SharedRoster(ABC):
    """Puts members back where the roster forgot them, and takes out late whom it could not."""

    def __init__(self) -> None:
        self._own: dict[str, tuple[str, str]] = {}
        self._leaving: dict[str, tuple[str, str]] = {}
        self._registered = False
        self._forgotten = False
        """Whether the roster may lack members of this process."""
        self._buried = False
        """Whether the others were told that these members left."""
        self._departures: list[Departure] = []
        self._arrivals: list[Arrival] = []

    async def join(self, room: str, member: str, user: str) -> Presence:
        """Put a member into a room."""
        self._own[member] = (room, user)
        return (await self._join(room, member, user)).presence

    async def leave(self, room: str, member: str) -> Absence:
        """Take a member out."""
        _, user = self._own.pop(member, (room, ""))
        self._leaving[member] = (room, user)  # until it is done: else the next beat does it
        absence = await self._take_out(room, member)
        self._leaving.pop(member, None)
        return absence

    async def beat(self) -> Beat:
        """Say that this process lives. What a failure interrupts is done by the next beat."""
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
        """Put all back: the roster was lost, or the others took this process for dead."""
        for member, (room, user) in tuple(self._own.items()):
            if member in self._own:
                join = await self._put_in(room, member, user)
                if join.added and self._buried:
                    count, version = join.presence.count, join.presence.version
                    self._arrivals.append(Arrival(room, user, count, version, member))
        self._forgotten = self._buried = False

    async def _leave_again(self) -> None:
        """Members that left while the roster was away."""
        for member, (room, user) in tuple(self._leaving.items()):
            absence = await self.leave(room, member)
            self._departures.append(Departure(room, user, absence.count, absence.version, member))

    @abstractmethod
    async def _put_in(self, room: str, member: str, user: str) -> Join:
        """Put a member into a room, and register this process."""

    @abstractmethod
    async def _take_out(self, room: str, member: str) -> Absence:
        """Take a member out of a room."""

    @abstractmethod
    async def _say_alive(self) -> Sign:
        """Register this process, and take out the members of processes that are silent.

        These are added to `_departures`.
        """
