"""The plan of all cuts and faults: drawn from a seed before the run."""

import random
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

FaultKind = Literal["worker killed", "redis restarted", "postgresql restarted", "postgresql killed"]


@dataclass(frozen=True, slots=True)
class Size:
    """The size. `rate`: messages a second of each writer; `quiet`: seconds between faults."""

    rooms: int
    writers: int
    readers: int
    """Numbers of writers and readers in each room; writers read, too."""
    rate: float
    seconds: float
    workers: int
    faults: tuple[FaultKind, ...]
    """The faults in this order, repeated as often as the time allows."""
    quiet: float
    most_away: float
    """The range of seconds for an outage of a member or an engine."""
    cuts_per_second: float


BOUNDED: Final = Size(
    rooms=2,
    writers=3,
    readers=3,
    rate=12,
    seconds=9,
    workers=3,
    faults=("worker killed", "redis restarted", "postgresql restarted"),
    quiet=2.0,
    most_away=1.0,
    cuts_per_second=4,
)
LARGE: Final = Size(
    rooms=6,
    writers=4,
    readers=8,
    rate=4,
    seconds=60,
    workers=3,
    faults=(
        "worker killed",
        "redis restarted",
        "worker killed",
        "postgresql restarted",
        "worker killed",
        "postgresql killed",
    ),
    quiet=5.0,
    most_away=3.0,
    cuts_per_second=4,
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A member's connection is cut at `at` seconds; it reconnects `away` seconds later."""

    at: float
    member: int
    away: float


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault. `worker`: number of the killed worker; `away`: seconds until the repair."""

    at: float
    kind: FaultKind
    away: float
    worker: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A seed, and all cuts and faults that were drawn from it."""

    seed: int
    size: Size
    cuts: tuple[Cut, ...]
    faults: tuple[Fault, ...]

    def as_dict(self) -> dict[str, Any]:
        """The plan as the raw results have it, without cuts: the seed gives them again."""
        return {"seed": self.seed, "size": asdict(self.size), "cuts": len(self.cuts)}


def draw(seed: int, size: Size) -> Plan:
    """The plan of this seed."""
    chance = random.Random(seed)
    return Plan(seed, size, tuple(_cuts(chance, size)), tuple(_faults(chance, size)))


def _cuts(chance: random.Random, size: Size) -> list[Cut]:
    members = size.rooms * (size.writers + size.readers)
    count = round(size.seconds * size.cuts_per_second)
    moments = sorted(chance.uniform(0, size.seconds) for _ in range(count))
    return [Cut(at, chance.randrange(members), chance.uniform(0, size.most_away)) for at in moments]


def _faults(chance: random.Random, size: Size) -> list[Fault]:
    faults: list[Fault] = []
    at = size.quiet / 2
    while at < size.seconds - size.quiet / 2:
        kind = size.faults[len(faults) % len(size.faults)]
        away = chance.uniform(0.1, size.most_away / 2)
        faults.append(Fault(at, kind, away, chance.randrange(size.workers)))
        at += size.quiet + away + chance.uniform(0, size.quiet / 2)
    return faults
