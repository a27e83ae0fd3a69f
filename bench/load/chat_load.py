"""The state that the Locust users of one process share: the data plane and the rooms' places."""

import heapq
import random
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bench.load.bridge import Bridge
from bench.load.member import Member
from bench.load.messages import Content
from bench.load.options import Options
from bench.load.plane import JoinError


class ChatUser(Protocol):
    """The attributes of a Locust user that this module needs."""

    talks: bool
    alone: bool
    content: Literal["text", "image"]


def kind_of(user: ChatUser) -> str:
    """The name of its class, which has rows of its own in Locust's tables."""
    return type(user).__name__


@dataclass(slots=True)
class _Places:
    """Numbers from 0 on; a returned number is given out next."""

    free: list[int] = field(default_factory=list)
    taken: int = 0

    def take(self) -> int:
        if self.free:
            return heapq.heappop(self.free)
        self.taken += 1
        return self.taken - 1

    def give_back(self, place: int) -> None:
        heapq.heappush(self.free, place)


class Seat:
    """A user's place in a room, and its connection there."""

    __slots__ = ("member", "name", "place", "room", "user")

    def __init__(self, user: ChatUser, place: int, room: str, name: str) -> None:
        self.user = user
        self.place = place
        self.room = room
        self.name = name
        self.member: Member | None = None
        """The newest connection, which may have been cut off since."""

    @property
    def connected(self) -> bool:
        """Whether the user is a member now."""
        return self.member is not None and self.member.account is not None


class ChatLoad:
    """Gives the data plane the commands of all users of a Locust environment."""

    def __init__(self, bridge: Bridge, options: Options, *, rejoins: bool) -> None:
        """`rejoins`: whether a user that was evicted or refused tries again."""
        self.bridge = bridge
        self.options = options
        self.rejoins = rejoins
        self.joined = 0
        """How often a user joined."""
        self.failure: str | None = None
        """Why a user could not join, at the first such failure."""
        self._places = {False: _Places(), True: _Places()}

    def start(self, seed: int | None = None) -> None:
        """Begin a run with these options."""
        content = Content("text", self.options.payload)
        chosen = random.randrange(1 << 32) if seed is None else seed

        async def begin(plane: Any) -> None:
            plane.start(content, chosen)

        self.bridge.call(begin)

    def sit(self, user: ChatUser) -> Seat:
        """Give the user a place: users fill rooms in the order of their arrival."""
        place = self._places[user.alone].take()
        options = self.options
        if user.alone:
            room = f"{options.prefix}e{place}"
        else:
            number = place // options.room_size
            room = f"{options.prefix}r{number % options.rooms if options.rooms else number}"
        return Seat(user, place, room, f"{options.prefix}{'e' if user.alone else 'u'}{place}")

    def join(self, seat: Seat, ticket: str = "") -> None:
        """Connect and wait for the welcome, again if the seat was cut off. Raises JoinError."""
        url, talks, before = self.options.url, seat.user.talks, seat.member
        images = seat.user.content == "image"
        content = Content("image", self.options.image_size) if images else None
        if not url:
            raise JoinError("no chat to join: name its address with --host")
        seat.member = self.bridge.call(
            lambda plane: plane.join(
                url,
                seat.room,
                seat.name,
                talks=talks,
                group=self.options.group,
                replaces=before,
                content=content,
                ticket=ticket,
                kind=kind_of(seat.user),
            )
        )
        self.joined += 1

    def named(self, name: str, kind: str = "") -> str:
        """The name of a row in Locust's tables: what is counted, for which class, at which arm."""
        return " ".join(filter(None, (name, kind, self.options.arm)))

    def read(self, seat: Seat, *, reading: bool) -> None:
        """Have a member read, or leave what comes in the buffers."""
        member = seat.member
        if member is not None:
            self.bridge.post(lambda _: member.read(reading=reading))

    def step_out(self, seat: Seat) -> None:
        """Disconnect as soon as no message is lost by that, and keep the place."""
        member, seat.member = seat.member, None
        if member is not None:
            self.bridge.post(lambda plane: plane.retire(member))

    def leave(self, seat: Seat) -> None:
        """Free the place, and disconnect."""
        self.step_out(seat)
        self._places[seat.user.alone].give_back(seat.place)
