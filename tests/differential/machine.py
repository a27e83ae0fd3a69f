"""Random sessions of several clients in both chats at once; both must send the same frames.

**When a step is over.** Nothing here sleeps. All effects of a step must have arrived before the
comparison, also at members that did nothing, because a fan-out is asynchronous. So:

1. The acting client sends a `ping` and reads up to its `pong`. Both chats handle the frames of a
   connection one after another, and await the fan-out before the next frame. So the pong means that
   the whole step has been *published*. Acks, errors and pongs go through the sender's outbox in
   order, and a replay is sent before the outbox: all of these have been read by then, too.
2. The others know a new member before its welcome, because `joined` is published first. A member
   that left sends nothing more: the room's observer reads up to the `left`.
3. Now the observer sends a marker, and every member reads up to it. Earlier events of a group
   (Channels) or topic (FastAPI) reach each member before the marker: a channel of the layer is a
   queue, which one consumer empties in order, and the in-memory fan-out fills the outboxes at once.
   An outbox is a queue, too. So a member that has read the marker has read the whole step.

There is no order between frames to one client alone and frames from its room (Channels' ack
overtakes the message, FastAPI's does not). They are two streams, and order counts within each.
"""

import functools
import itertools
from collections.abc import Callable
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.differential.client import Client, Twin
from tests.differential.pair import Pair, Room

P = ParamSpec("P")
R = TypeVar("R")
Machine = TypeVar("Machine", bound="Chats")

_examples = itertools.count(1)
_MOST_MEMBERS = 7

anybody = st.integers(0, 11)
"""An index for `Chats.member`: a rule that needs a member can always run, so all are as likely."""


class Chats(RuleBasedStateMachine):
    """Rooms of two chats; each rule does the same in both, and compares.

    Only rules with one of `topics` run; without topics, all rules run.
    """

    steps: ClassVar[int] = 0
    """The number of steps of all machines."""

    def __init__(self, pair: Pair, topics: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.pair = pair
        self.topics = topics
        self.example = f"d{next(_examples)}"
        self.rooms = [Room(pair, f"{self.example}-{letter}") for letter in "ab"]
        self._failed = False
        for room in self.rooms:
            room.open()

    def teardown(self) -> None:
        """Compare the histories, and disconnect all: an empty room does not exist."""
        try:
            if not self._failed and self.takes("history"):
                for room in self.rooms:
                    self.pair.ask("GET", f"/api/rooms/{room.name}/messages?limit=200")
        finally:
            self.pair.hang_up()
        if not self._failed:
            self.pair.wait_for_rooms([])

    def take_step(self, step: Callable[[], R]) -> R:
        """Count a step, and record whether it failed."""
        Chats.steps += 1
        try:
            return step()
        except BaseException:
            self._failed = True
            raise

    def takes(self, topics: str) -> bool:
        """Whether rules on one of these topics run."""
        return not self.topics or not self.topics.isdisjoint(topics.split())

    def member(self, who: int) -> Twin:
        """One of the present members; in an empty chat, a new member joins."""
        there = [member for room in self.rooms for member in room.members]
        if there:
            return there[who % len(there)]
        arrived = self.arrive(self.rooms[who % len(self.rooms)], "name=ann")
        assert arrived is not None, "ann may come in"
        return arrived

    def room_of(self, member: Twin) -> Room:
        """The room that a member is in."""
        return next(room for room in self.rooms if member in room.members)

    def arrive(self, room: Room, query: str, session: object = None, **options: Any) -> Twin | None:
        """Connect a client, perhaps with a session; returns the member, or None if refused."""
        if len(room.members) >= _MOST_MEMBERS:
            return None
        alike = self.pair.own(options)
        arrived = self.pair.dial(f"{room.name}?{query}", f"{room.path}?{query}", alike)
        arrived.read_until("welcome")
        arrived.session = session
        if not arrived.gone:
            room.members.append(arrived)
        room.settle(arrived)
        return None if arrived.gone else arrived

    def depart(self, member: Twin, how: Callable[[Client], None]) -> None:
        """Somebody goes."""
        room = self.room_of(member)
        member.each(how)
        room.settle(member)


def about(
    topics: str, **arguments: Any
) -> Callable[[Callable[Concatenate[Machine, P], R]], Callable[Concatenate[Machine, P], R]]:
    """A rule on these topics: Hypothesis draws the `arguments` from these strategies."""

    def declare(
        function: Callable[Concatenate[Machine, P], R],
    ) -> Callable[Concatenate[Machine, P], R]:
        @functools.wraps(function)
        def step(machine: Machine, *args: P.args, **kwargs: P.kwargs) -> R:
            return machine.take_step(lambda: function(machine, *args, **kwargs))

        drawn: Any = rule(**arguments)
        wanted = precondition(lambda machine: machine.takes(topics))
        found: Callable[Concatenate[Machine, P], R] = wanted(drawn(step))
        return found

    return declare
