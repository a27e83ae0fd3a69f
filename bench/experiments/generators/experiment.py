"""`chatbench run --experiment generators`: whether other load generators see the same.

The same loads go to the same running stacks, from this project's generator, from the usual recipe,
from a client that shares no code with them, and from Tsung, in random order.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

from bench.declared.arms import Arm
from bench.envelope.generators import (
    GeneratorCapacity,
    GeneratorEntry,
    GeneratorLatency,
    GeneratorLoss,
    Loads,
)
from bench.envelope.kinds import AnyObservation
from bench.experiments.experiment import Context
from bench.experiments.generators import cells, plan
from bench.experiments.generators.loss import COUNTERS, losses
from bench.experiments.generators.tools import NAMES, Tools
from bench.experiments.generators.tsung import MISSING, find_tsung, run_tsung
from bench.experiments.generators.tsung_plan import TsungLoad
from bench.stack.observed_stack import SERVERS
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

NAME: Final = "generators"
_KINDS: Final = (GeneratorLatency, GeneratorCapacity, GeneratorLoss)
_FLOOR: Final = "picows"
"""The C relay answers at once: what a tool reports there is mostly the tool's own time."""


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    if arm.kind == "baseline" and arm.server != _FLOOR:
        return "of the relays, it takes the C relay alone."
    if arm.history != "off":
        return "its members are guests of a chat without a history."
    if _loses(arm) and arm.server not in SERVERS:
        return "its server runs the chat in a process that is not observed."
    return None


def takes_part(arm: Arm, _: str) -> bool:
    """Both chats on uvicorn in one process, the C relay, and the tutorial whose layer drops."""
    if arm.kind == "baseline":
        return arm.server == _FLOOR
    alike = arm.server == "uvicorn" and arm.fanout == "memory" and arm.history == "off"
    tutorial = arm.variant == "tutorial" and arm.framework == "django-channels"
    return alike and (arm.variant == "standard" or tutorial)


def measure(context: Context) -> Iterator[AnyObservation]:
    """All rounds that the run does not have yet. Raises BenchError."""
    done = {each.round for each in context.done if isinstance(each, _KINDS)}
    with_tsung = find_tsung() is not None
    if not with_tsung:
        context.say(f"{MISSING}.")
    rungs: dict[str, list[float]] = {}
    rounds = plan.ROUNDS[context.profile]
    for number in range(1, rounds + 1):
        if number not in done:
            with ExitStack() as running:
                each = _Round(context, number, with_tsung=with_tsung, rungs=rungs)
                # In one piece: a round that is cut short is made again.
                yield from list(each.measure(running))
            context.say(f"round {number} of {rounds}")


class _Round:
    """One start of all stacks; every tool has every load once."""

    def __init__(
        self, context: Context, number: int, *, with_tsung: bool, rungs: dict[str, list[float]]
    ) -> None:
        self._context = context
        self._number = number
        self._with_tsung = with_tsung
        self._rungs = rungs
        self._chance = random.Random(f"{context.seed}/{NAME}/{number}")
        self._stacks: dict[str, Stack] = {}

    def measure(self, running: ExitStack) -> Iterator[GeneratorEntry]:
        """The observations of this round."""
        cores = self._context.pinning
        for arm in self._context.arms:
            if not _loses(arm):
                stack = Stack(arm, cpus=cores.servers, environ=BENCHMARK_SETTINGS)
                self._stacks[arm.id] = running.enter_context(stack)
        tools = Tools(cores.generator, running)
        yield from self._latencies(tools)
        yield from self._capacities(tools)
        for arm in self._context.arms:
            if _loses(arm):
                self._say(f"losses of {arm.id}")
                order = self._chance.sample(COUNTERS, len(COUNTERS))
                yield from losses(arm, tools, iter(order), self._base(arm.id))

    def _latencies(self, tools: Tools) -> Iterator[GeneratorLatency]:
        turns = [
            (arm.id, load, tool)
            for arm in self._context.arms
            if arm.id in self._stacks
            for load in self._loads(arm)
            for tool in plan.TOOLS[load]
            if tool != "tsung" or self._with_tsung
        ]
        self._chance.shuffle(turns)
        for arm, load, tool in turns:
            self._say(f"{load}: {NAMES[tool]} at {arm}")
            base = self._base(arm) | {"tool": tool, "load": load}
            if tool == "tsung":
                yield self._tsung(arm, base)
            else:
                crowd = plan.LOADS[load]
                cell = cells.steady(self._stacks[arm].url, crowd, self._seed())
                (step,) = tools.ask(tool, cell)["steps"]
                yield cells.latency(step, crowd, base)
            self._stacks[arm].check_alive()

    def _loads(self, arm: Arm) -> tuple[Loads, ...]:
        """At the relay, members alone show the tools' own time."""
        if arm.kind == "chat":
            return ("rooms", "alone")
        return ("alone",) if self._number % plan.FLOOR_EVERY == 1 else ()

    def _tsung(self, arm: str, base: cells.Base) -> GeneratorLatency:
        crowd = plan.LOADS["alone"]
        each = crowd.rate / crowd.users
        load = TsungLoad(
            users=crowd.users,
            think_s=1 / each,
            # Tsung's users come one by one in the first second.
            warm_up=round(each * 2 * plan.WARM_UP_S),
            messages=round(each * plan.WINDOW_S),
            payload=plan.PAYLOAD,
            seed=self._seed(),
        )
        url, cores = self._stacks[arm].url, self._context.pinning.generator
        found, cpu_s = run_tsung(url, load, cores)
        return GeneratorLatency(
            rate=crowd.rate,
            deliveries=found.answered,
            mean_us=found.mean_us,
            p50_us=found.p50_us,
            p99_us=found.p99_us,
            cpu_s=cpu_s,
            **base,
        )

    def _capacities(self, tools: Tools) -> Iterator[GeneratorCapacity]:
        turns = [
            (arm.id, tool)
            for arm in self._context.arms
            if arm.id in self._stacks and arm.kind == "chat"
            for tool in plan.CLIMBERS
        ]
        self._chance.shuffle(turns)
        for arm, tool in turns:
            rates = self._ladder(tools, arm)
            self._say(f"capacity: {NAMES[tool]} at {arm}")
            url = self._stacks[arm].url
            cell = cells.rising(url, rates, plan.RUNG_S, plan.IN_A_ROW, self._seed())
            yield cells.capacity(tools.ask(tool, cell)["steps"], self._base(arm) | {"tool": tool})
            self._stacks[arm].check_alive()

    def _ladder(self, tools: Tools, arm: str) -> list[float]:
        """The rungs of an arm, which are the same for both tools and in all rounds."""
        if arm not in self._rungs:
            url = self._stacks[arm].url
            cell = cells.rising(url, plan.search(), plan.SEARCH_S, plan.IN_A_ROW, self._seed())
            found = cells.found_by_search(tools.ask("ours", cell)["steps"])
            self._rungs[arm] = plan.ladder(found)
        return self._rungs[arm]

    def _seed(self) -> int:
        return self._chance.getrandbits(16)

    def _base(self, arm: str) -> dict[str, Any]:
        at_s = self._context.at_s()
        return {"experiment": NAME, "arm": arm, "at_s": at_s, "round": self._number}

    def _say(self, words: str) -> None:
        rounds = plan.ROUNDS[self._context.profile]
        self._context.say(f"[{self._number}/{rounds}] {words}")


def _loses(arm: Arm) -> bool:
    return arm.variant == "tutorial"
