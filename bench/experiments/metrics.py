"""`chatbench run --experiment metrics`: what CHAT_METRICS=1 costs, and what one scrape costs.

Each chat runs twice, with `/metrics` and without, and all stacks take turns on the servers' core.
"""

import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.kinds import AnyObservation
from bench.envelope.metrics import MetricsScrapes, MetricsSlot
from bench.envelope.observation import Load
from bench.experiments.experiment import Context
from bench.experiments.speed.plan import USERS, Kind
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.stacks import Stacks

NAME: Final = "metrics"
STARTS: Final = 3
ROUNDS: Final = {100: 40, 1: 10}
"""Rounds in each start, by the members of a room."""
WARM_UP: Final = 4
SCRAPES: Final = 50
_LOAD: Final[Load] = "65"
_WITH: Final = "+metrics"
_TIMEOUT_S: Final = 10.0


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    if arm.kind != "chat":
        return "a baseline counts nothing."
    return "the tutorials count nothing." if arm.variant == "tutorial" else None


def takes_part(arm: Arm, _: str) -> bool:
    """The chats whose deliveries cost the least: the share of the metrics is the largest there."""
    in_memory = arm.server == "uvicorn" and arm.fanout == "memory" and arm.history == "off"
    return can(arm) is None and in_memory and arm.variant in ("standard", "tuned")


def measure(context: Context) -> Iterator[AnyObservation]:
    """All starts that the run does not have yet. Raises BenchError."""
    done = {each.start for each in context.done if isinstance(each, MetricsScrapes)}
    for start in range(1, STARTS + 1):
        if start not in done:
            with ExitStack() as running:
                yield from _measured(context, start, running)


def _measured(context: Context, start: int, running: ExitStack) -> Iterator[AnyObservation]:
    """The observations of a start, in one piece: a start that is cut short is made again."""
    columns = [(arm.id + mark, arm) for arm in context.arms for mark in ("", _WITH)]
    groups: dict[int | str, tuple[int, int]] = {room: (USERS[room], room) for room in ROUNDS}
    seed = f"{context.seed}/{NAME}/{start}"
    stacks = Stacks(
        context, NAME, start, columns, lambda _: groups, seed=seed, environ=environ_of
    )  # fmt: skip
    stacks.begin(running)
    yield from stacks.failures()
    rounds = [room for room, count in ROUNDS.items() for _ in range(count)]
    stacks.chance.shuffle(rounds)
    for room in ROUNDS:
        for _ in range(WARM_UP):
            for column in stacks.shuffled():
                _slot(stacks, column, room, 0)
    found: list[AnyObservation] = []
    for number, room in enumerate(rounds, start=1):
        found += [_slot(stacks, column, room, number) for column in stacks.shuffled()]
    found += [_scrapes(stacks, column) for column in stacks.shuffled() if column.endswith(_WITH)]
    stacks.close()
    context.say(f"start {start} of {STARTS}: {len(rounds)} rounds")
    yield from found


def environ_of(column: str) -> Mapping[str, str]:
    """The settings of a column beside the usual ones."""
    return {"CHAT_METRICS": "1"} if column.endswith(_WITH) else {}


def _slot(stacks: Stacks, column: str, room: int, number: int) -> MetricsSlot:
    kind = Kind(_LOAD, room)
    before = stacks.before()
    turn, _ = stacks.turns.slot(column, kind)
    return MetricsSlot(
        arm=column.removesuffix(_WITH),
        answers=column.endswith(_WITH),
        round=number,
        room=room,
        refused=refusal(turn, kind, USERS[room]),
        **stacks.turned(turn, before),
    )


def _scrapes(stacks: Stacks, column: str) -> MetricsScrapes:
    stack = stacks.arms.stacks[column]
    before, size = stack.cpu_seconds().servers, 0
    for _ in range(SCRAPES):
        with urllib.request.urlopen(f"{stack.url}/metrics", timeout=_TIMEOUT_S) as answer:
            size = len(answer.read())
    return MetricsScrapes(
        arm=column.removesuffix(_WITH),
        members=sum(USERS[room] for room in ROUNDS),
        scrapes=SCRAPES,
        cpu_s=round(stack.cpu_seconds().servers - before, 7),
        size=size,
        **stacks.made(),
    )
