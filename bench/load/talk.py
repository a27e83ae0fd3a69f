"""Who says what, and when: the messages of the group that has its turn.

The schedule does not wait for the server: what is due is sent, even if it is late.
"""

import asyncio
import random
from itertools import islice
from typing import Final

from bench.load.arrivals import Alarm, FixedArrivals, PoissonArrivals
from bench.load.groups import Group
from bench.load.messages import Content, encoder
from bench.load.recorder import Recorder, clock

SENDS_AT_ONCE: Final = 1000
"""So many messages go out in one turn of the loop, which then reads: a rate may be too high."""


class Talk:
    """The messages of `group`, at random times; rates are messages a second of each talker."""

    def __init__(self, loop: asyncio.AbstractEventLoop, recorder: Recorder, group: Group) -> None:
        self.group = group
        self._recorder = recorder
        self._chance = random.Random()
        self._content = Content()
        self._encode = encoder(self._content)
        self._rate = 0.0
        self._arrivals: PoissonArrivals | FixedArrivals = PoissonArrivals(0, 0, self._chance)
        self._until_ns: int | None = None
        self._alarm = Alarm(loop, self._pump)

    def seed(self, seed: int) -> None:
        """Draw the same times and talkers again after the same seed."""
        self._chance.seed(seed)

    def carry(self, content: Content) -> None:
        """Have every message from now on carry this content."""
        if content != self._content:
            self._content, self._encode = content, encoder(content)

    def turn(self, group: Group) -> None:
        """Have this group talk from now on, first in silence."""
        self.group = group
        self.start(0.0, clock())

    def start(self, rate: float, start_ns: int) -> None:
        """Have every talker send at this rate from `start_ns` on; 0: nothing."""
        self._rate = rate
        self._schedule(start_ns)

    def start_fixed(self, messages: int, start_ns: int, seconds: float) -> None:
        """Send this number of messages at random times from `start_ns` on, and no more."""
        self._rate = 0.0
        self._arrivals = FixedArrivals.drawn(messages, start_ns, seconds, self._chance)
        self._alarm.set(self._arrivals.next_ns, clock())

    def resume(self) -> None:
        """Go on after the talkers have changed."""
        # Exponential waiting has no memory: a new start from now is the same process.
        if self._rate:
            self._schedule(clock())

    def end(self, now: int) -> None:
        """Send all that is due before `now`, then nothing more."""
        self._until_ns = now
        self._pump(None)
        self.start(0.0, now)
        self._until_ns = None

    def close(self) -> None:
        """Stop for good."""
        self._alarm.close()

    def _schedule(self, start_ns: int) -> None:
        rate = self._rate * len(self.group.talkers)
        self._arrivals = PoissonArrivals(rate, start_ns, self._chance)
        self._alarm.set(self._arrivals.next_ns, start_ns)

    def _pump(self, at_once: int | None = SENDS_AT_ONCE) -> None:
        """Send the due messages: all, or this many, and the others in the next turn."""
        now = clock()
        until = now if self._until_ns is None else self._until_ns
        talkers, encode, random_share = self.group.talkers, self._encode, self._chance.random
        for due_ns in islice(self._arrivals.due(until), at_once):
            if not talkers:  # all left in the middle of a slot
                continue
            talker = talkers[int(random_share() * len(talkers))]
            talker.say(due_ns, talker.encode or encode)
            self._recorder.lateness_ns.append(clock() - due_ns)
        self._alarm.set(self._arrivals.next_ns, now)
