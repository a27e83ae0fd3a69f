"""What became of acknowledged messages, and how long it took until all was well again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.results_alone import Fault, SurvivalEntry

ALTERED = ("disorder", "different")


@dataclass(frozen=True, slots=True)
class Recovery:
    """After one kind of fault: seconds, None where it never was in time."""

    kind: str
    faults: int
    acked: float | None
    """Median until every room was acknowledged again."""
    whole: float | None
    """Median until all members had all that was acknowledged."""
    longest: float | None
    late: int
    """How often one of the two was not in time."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """How often something was that must not be: over histories, acknowledgements and members."""

    lost: int
    doubled: int
    invented: int
    altered: int
    """Out of order, or not as it was sent."""

    @property
    def total(self) -> int:
        return self.lost + self.doubled + self.invented + self.altered


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all arms."""

    arms: int
    faults: int
    cuts: int
    acknowledged: int
    taken: int
    wrong: Wrong
    all_survived: bool


def recoveries(entry: SurvivalEntry) -> list[Recovery]:
    """By kind of fault, in the order in which the kinds first happened."""
    kinds = dict.fromkeys(fault.kind for fault in entry.faults)
    return [_recovery(kind, [f for f in entry.faults if f.kind == kind]) for kind in kinds]


def wrong(entries: Sequence[SurvivalEntry]) -> Wrong:
    """All violations, counted."""
    found = Counter(each.kind for entry in entries for each in entry.violations)
    return Wrong(
        found["lost"], found["twice"], found["invented"], sum(found[kind] for kind in ALTERED)
    )


def totals(entries: Sequence[SurvivalEntry]) -> Totals:
    """What the answer is about."""
    return Totals(
        len(entries),
        sum(len(entry.faults) for entry in entries),
        sum(entry.counts.get("cuts", 0) for entry in entries),
        sum(entry.acknowledged for entry in entries),
        sum(entry.taken for entry in entries),
        wrong(entries),
        all(entry.survived and entry.acknowledged for entry in entries),
    )


def _recovery(kind: str, faults: Sequence[Fault]) -> Recovery:
    acked = [f.acked_again_s for f in faults if f.acked_again_s is not None]
    whole = [f.whole_again_s for f in faults if f.whole_again_s is not None]
    return Recovery(
        kind,
        len(faults),
        median(acked) if acked else None,
        median(whole) if whole else None,
        max(whole, default=None),
        sum(f.acked_again_s is None or f.whole_again_s is None for f in faults),
    )
