"""The fate of acknowledged messages, and the time that each recovery took."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.envelope.survival import Fault, SurvivalEntry

ALTERED = ("disorder", "different")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovery after one kind of fault, in seconds; None if it never happened in time."""

    kind: str
    faults: int
    acked: float | None
    """Median time until every room acknowledged a message again."""
    whole: float | None
    """Median time until all members had all acknowledged messages."""
    longest: float | None
    late: int
    """Number of faults after which one of the two did not happen in time."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Numbers of violations over histories, acknowledgements and members."""

    lost: int
    doubled: int
    invented: int
    altered: int
    """Messages out of order, or not as they were sent."""

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
    """Recoveries by kind of fault, in the order in which the kinds first happened."""
    kinds = dict.fromkeys(fault.kind for fault in entry.faults)
    return [_recovery(kind, [f for f in entry.faults if f.kind == kind]) for kind in kinds]


def wrong(entries: Sequence[SurvivalEntry]) -> Wrong:
    """All violations, counted."""
    found = Counter(each.kind for entry in entries for each in entry.violations)
    return Wrong(
        found["lost"], found["twice"], found["invented"], sum(found[kind] for kind in ALTERED)
    )


def totals(entries: Sequence[SurvivalEntry]) -> Totals:
    """The totals that the page's answer names."""
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
