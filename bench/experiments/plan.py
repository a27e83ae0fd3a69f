"""What a run measures: profiles, experiments, and the order of the cells."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.declared.arms import Arm, load_arms
from bench.errors import BenchError

EXPERIMENTS: Final = ("room", "echo", "capacity")
AA_ARM: Final = "fastapi-uvicorn-memory"
"""The arm that is measured twice, as two arms: a difference between the two is noise."""
SECOND: Final = "#2"
OUTRUNS_GENERATOR: Final = "picows"
"""The arm whose capacity exceeds the generator's; the run's `ceiling` has the generator's."""
CAPACITY_MESSAGES: Final = 40
"""A step of a capacity search lasts until about this many messages were sent. With fewer, its p99
would be the worst of very few values."""

_PAYLOAD_BYTES = 120
_USERS = 100
_SEED = 20250316
_STOP = {"p99_ms": 100, "loss": True, "in_a_row": 2}


@dataclass(frozen=True, slots=True)
class Profile:
    """Lengths (seconds) and repeats. `capacity_factors` multiply the estimated capacity."""

    name: str
    ceiling: tuple[float, int]
    """Seconds and repeats for the measurement of the generator's ceiling."""
    repeats: dict[str, int]
    warmup: float
    window: dict[str, float]
    capacity_factors: tuple[float, ...]
    all_arms: bool


PROFILES: Final = {
    "quick": Profile(
        name="quick",
        ceiling=(0.6, 1),
        repeats={"room": 4, "echo": 3, "capacity": 1},
        warmup=0.2,
        window={"room": 0.9, "echo": 0.5, "capacity": 0.8},
        capacity_factors=(0.55, 0.75, 1.0, 1.4, 2.0, 2.8, 4.0),
        all_arms=False,
    ),
    "full": Profile(
        name="full",
        ceiling=(2.0, 5),
        repeats={"room": 7, "echo": 7, "capacity": 3},
        warmup=1.0,
        window={"room": 4.0, "echo": 2.0, "capacity": 3.0},
        capacity_factors=tuple(0.3 * 1.2**step for step in range(15)),
        all_arms=True,
    ),
}


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One repeat of one arm in one experiment."""

    experiment: str
    arm: str
    """The arm's id; the second of the A/A pair ends in `#2`."""
    repeat: int


def chosen_arms(profile: Profile, wanted: Sequence[str]) -> list[Arm]:
    """The arms of a run. Raises BenchError for an unknown id."""
    arms = load_arms()
    for arm_id in wanted:
        if arm_id not in arms:
            raise BenchError(f"There is no arm {arm_id!r}: choose one of {', '.join(arms)}.")
    if wanted:
        return [arms[arm_id] for arm_id in dict.fromkeys(wanted)]
    return [arm for arm in arms.values() if arm.quick or profile.all_arms]


def chosen_experiments(wanted: Sequence[str], alone: Sequence[str] = ()) -> list[str]:
    """The experiments of a run. Without a name: all, except those in `alone`.

    Raises BenchError for an unknown name.
    """
    known = (*EXPERIMENTS, *alone)
    for name in wanted:
        if name not in known:
            raise BenchError(f"There is no experiment {name!r}: choose one of {', '.join(known)}.")
    return [name for name in known if name in (wanted or EXPERIMENTS)]


def find_profile(name: str) -> Profile:
    """The profile with this name. Raises BenchError for an unknown name."""
    if name not in PROFILES:
        raise BenchError(f"There is no profile {name!r}: choose one of {', '.join(PROFILES)}.")
    return PROFILES[name]


def planned_cells(
    profile: Profile, experiments: Sequence[str], columns: Sequence[str]
) -> Iterator[PlannedCell]:
    """All cells, interleaved: each repeat takes every arm once, in a new random order."""
    shuffle = random.Random(_SEED)
    for experiment in experiments:
        for repeat in range(profile.repeats[experiment]):
            order = [c for c in columns if experiment != "capacity" or _searched(c)]
            shuffle.shuffle(order)
            yield from (PlannedCell(experiment, column, repeat) for column in order)


def _searched(column: str) -> bool:
    return not column.endswith(SECOND) and column != OUTRUNS_GENERATOR


def load_of(experiment: str, rate: float) -> dict[str, Any]:
    """The load of a cell; `rate` is messages a second of each user."""
    return {
        "user": "Echo" if experiment == "echo" else "Chatter",
        "users": _USERS,
        "room_size": 1 if experiment == "echo" else _USERS,
        "rate": rate,
        "payload": _PAYLOAD_BYTES,
    }


RATES: Final = {"room": 0.3, "echo": 5.0}
"""Messages a second of each user. They are equal for all arms, and the slowest arm can carry them:
3 000 deliveries a second in a room of 100, 500 in rooms of one."""


def cell_of(planned: PlannedCell, profile: Profile, url: str, cpu_us: float) -> dict[str, Any]:
    """The cell as the generator reads it; `cpu_us` is the arm's CPU time per delivery in µs."""
    seconds = profile.window[planned.experiment]
    cell: dict[str, Any] = {"url": url, "warmup_s": profile.warmup, "seed": 1 + planned.repeat}
    if planned.experiment != "capacity":
        rate = RATES[planned.experiment]
        return cell | {
            "load": load_of(planned.experiment, rate),
            "steps": [{"rate": rate, "seconds": seconds}],
        }
    # One core does 1e6/cpu_us deliveries a second. One message makes a delivery for each user.
    estimate = 1e6 / cpu_us / _USERS / _USERS
    rates = [round(factor * estimate, 4) for factor in profile.capacity_factors]
    return cell | {
        "load": load_of("capacity", rates[0]),
        "steps": [{"rate": rate, "seconds": _step_seconds(rate, seconds)} for rate in rates],
        "stop": _STOP,
    }


def _step_seconds(rate: float, least: float) -> float:
    return max(least, CAPACITY_MESSAGES / (rate * _USERS))
