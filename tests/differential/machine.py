"""Random sessions of several clients in both chats at once, which must be told the same.

**When a step is over.** Nothing here sleeps. After a step, all that it causes must have come before
it is compared, also what comes to members that did nothing: a fan-out is asynchronous. So:

1. The acting client sends a `ping` and reads up to its `pong`. Both chats handle the frames of one
   connection one after another, and await the fan-out before they take the next: the pong says
   that all of the step has been *published*. Acks, errors and pongs go by the sender's outbox, in
   that order, and a replay is sent before the outbox is: all this has been read by then, too.
2. Who comes is known to the others before being welcomed (`joined` is published first). Who went
   says nothing any more: the room's observer reads up to the `left`.
3. Only now the observer says a marker, and every member reads up to it. What a group (Channels) or
   a topic (FastAPI) was given before, each of its members has been given before: a channel of the
   layer is a queue, which one consumer empties in order; the in-memory fan-out fills the members'
   outboxes at once. And an outbox is a queue. So who has read the marker has read all of the step.

Between what a client is told alone and what comes by its room nothing is promised (Channels' ack
overtakes the message, FastAPI's does not): these are two streams. Within each the order counts.
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
"""For `Chats.member`: a rule that needs a member can always be taken, so that all are as likely."""


class Chats(RuleBasedStateMachine):
    """Rooms of two chats; each rule does the same in both, and compares.

    `topics` are those whose rules are taken, all where there are none.
    """

    steps: ClassVar[int] = 0
    """How many were taken, of all machines."""

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
        """Compare what is kept, and let all go: a room that nobody is in is none."""
        try:
            if not self._failed and self.takes("history"):
                for room in self.rooms:
                    self.pair.ask("GET", f"/api/rooms/{room.name}/messages?limit=200")
        finally:
            self.pair.hang_up()
        if not self._failed:
            self.pair.wait_for_rooms([])

    def take_step(self, step: Callable[[], R]) -> R:
        """Count a step, and note whether it failed."""
        Chats.steps += 1
        try:
            return step()
        except BaseException:
            self._failed = True
            raise

    def takes(self, topics: str) -> bool:
        """Whether rules on one of these topics are taken."""
        return not self.topics or not self.topics.isdisjoint(topics.split())

    def member(self, who: int) -> Twin:
        """One of those who are there; somebody comes, where nobody is."""
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
        """Somebody comes, perhaps by a session, and is a member if that is allowed."""
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
