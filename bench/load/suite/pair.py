"""Two chats under one load: the members of both stay connected, and the chats take turns.

A turn is one of the bench (`bench.load.turns`): it begins with a quiet server, and ends when all of
its messages have arrived. So both chats have the same core in the same minutes, and what the core
does to one of them, it does to the other.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import gevent

from bench.load.bridge import Bridge
from bench.load.chat_load import ChatLoad
from bench.load.live import Report, Sample, joined
from bench.load.member import Disconnect
from bench.load.options import Options
from bench.load.orders import Clocks, TakeSlot, Turn
from bench.load.plane import Plane
from bench.load.suite.processes import ProcessMeter, Usage
from bench.load.suite.stacks import RunningStack
from bench.load.suite.timeline import Spent, Timeline
from bench.load.turns import take_slot
from bench.stack.cpu_clock import tree

TURN_S: Final = 0.1
"""A turn lasts as long as the bench's, or longer where few messages would come in it."""
LONGEST_S: Final = 1.0
LEAST_MESSAGES: Final = 3
_IDLE_S: Final = 0.1
_ENDING_S: Final = 10.0
_CPU: Final = {"servers": "servers_s", "Redis": "redis_s", "PostgreSQL": "postgresql_s"}
"""The clocks of a turn by the role of the processes."""

Sampled = Callable[["Side", Sample], None]


class Side:
    """One of the two chats: its load, its counts in its own turns, and its points in time."""

    def __init__(
        self, bridge: Bridge, options: Options, stack: RunningStack, timeline: Timeline
    ) -> None:
        self.options = options
        self.load = ChatLoad(bridge, options, rejoins=True)
        self.report = Report()
        self.timeline = timeline
        self.meter = ProcessMeter(stack.processes) if stack.processes else None
        self.clocks = _clocks(stack)
        self._roles = [role for role in _CPU if role in stack.processes]
        self._spent = Spent()

    @property
    def arm(self) -> str:
        """The id of its arm."""
        return self.options.arm

    def reset(self) -> None:
        """Start all counts at 0."""
        self.report, self._spent = Report(), Spent()
        self.timeline.begin()

    def order(self, talkers: int, part: float) -> TakeSlot:
        """The next turn, with as many messages as this many talkers send in its time.

        `part` from 0 to 1 says which share of a message counts as a whole one.
        """
        rate = self.options.rate * talkers
        seconds = min(max(TURN_S, LEAST_MESSAGES / rate), LONGEST_S) if rate else TURN_S
        return TakeSlot(self.options.group, int(rate * seconds + part), seconds)

    def add(self, order: TakeSlot, turn: Turn, window: Any) -> None:
        """Count a turn that has ended."""
        self.report.tally.add(window.tally)
        self.report.latency.merge(window.latency)
        self.report.lateness.merge(window.lateness)
        cpu = {role: getattr(turn.cpu, _CPU[role]) for role in self._roles}
        self._spent.add(order.seconds, max(order.seconds, turn.elapsed_s), cpu)

    def add_point(self, busy: float) -> None:
        """A point for the turns since the last one; `busy` is the generator's share of a core."""
        spent, self._spent = self._spent, Spent()
        memory = self.meter.look().memory if self.meter else {}
        self.report.busy = busy
        self.timeline.add(self.report, Usage(spent.shares(), memory), spent)


class Pair:
    """Two chats that take turns until `end` is called."""

    def __init__(self, bridge: Bridge, sides: tuple[Side, Side]) -> None:
        self.sides = sides
        self._bridge = bridge
        self._chance = random.Random()
        self._ending = False
        self._cut = 0
        self._used_s, self._at = time.process_time(), time.monotonic()

    def start(self) -> None:
        """Begin a test without members and counts."""
        # One call for both: it begins the data plane anew.
        self.sides[0].load.start()
        for side in self.sides:
            side.reset()

    def take_turns(self, sampled: Sampled, between: Callable[[], None]) -> None:
        """Take turns, in rounds in random order. `between` is called after each round."""
        while not self._ending:
            part = self._chance.random()
            talked = [self._take(side, part, sampled) for side in self._shuffled()]
            if not any(talked):
                gevent.sleep(_IDLE_S)
            between()

    def add_points(self) -> None:
        """A point for each chat, at the same time."""
        used_s, now = time.process_time(), time.monotonic()
        busy = (used_s - self._used_s) / max(now - self._at, 1e-9)
        self._used_s, self._at = used_s, now
        for side in self.sides:
            side.add_point(busy)

    def follow(self, rate: float) -> None:
        """Have both chats get this many messages a second of each user from now on."""
        for side in self.sides:
            side.options = replace(side.options, rate=rate)

    def end(self, turns: Any) -> None:
        """End with the turn that goes on; `turns` is the greenlet of `take_turns`."""
        self._ending = True
        turns.join(_ENDING_S)
        turns.kill()

    @property
    def report(self) -> Report:
        """The counts of both."""
        both = Report()
        for side in self.sides:
            both.merge(side.report)
        return both

    def _shuffled(self) -> Sequence[Side]:
        return self._chance.sample(self.sides, len(self.sides))

    def _take(self, side: Side, part: float, sampled: Sampled) -> bool:
        """One turn of a chat; whether there was somebody to talk."""
        order, taken = self._bridge.call(lambda plane: take_turn(plane, side, part))
        cut = self._bridge.plane.disconnects[self._cut :]
        self._cut += len(cut)
        for each in self.sides:
            if ended := _by_kind(cut, each.options.group):
                sampled(each, Sample({}, Counter(), ended, each.report))
        if taken is None:
            return False
        turn, window, arrived = taken
        side.add(order, turn, window)
        sampled(side, Sample(arrived, window.tally.missed.copy(), Counter(), side.report))
        return True


async def take_turn(plane: Plane, side: Side, part: float) -> tuple[TakeSlot, Any]:
    """A turn, its window, and its latencies by kind; None where no message is due.

    `part` is for `Side.order`.
    """
    plane.turn(side.options.group)
    talkers = plane.talkers
    order = side.order(talkers, part)
    if not talkers or not order.messages:
        return order, None
    recorder = plane.recorder
    recorder.recent = {}
    turn = await take_slot(plane, order, side.clocks)
    recorder.flush()
    recent, recorder.recent = recorder.recent, None
    return order, (turn, recorder.window, joined(recent))


def _by_kind(cut: Sequence[Disconnect], group: str) -> Counter[tuple[str, str]]:
    return Counter((ended.kind, ended.cause) for ended in cut if ended.group == group)


def _clocks(stack: RunningStack) -> Clocks:
    roles = stack.processes
    return Clocks(
        servers=[each for pid in roles.get("servers", []) for each in tree(pid)],
        redis=roles.get("Redis", []),
        postgresql=next(iter(roles.get("PostgreSQL", [])), None),
    )
