"""What became of the messages of a case, and whether each loss has a cause."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bench.envelope.loss import DROPPED, LossCase, LossEntry

Kind = Literal["all", "refused", "closed", "cut", "dropped"]
ABNORMAL: Final = "1006"
"""What a member sees of a connection that ended without a close frame."""
THROWN_AWAY: Final = ("RcvPruned", "TCPRcvQDrop", "TCPZeroWindowDrop", "TCPBacklogDrop")
"""Counters of packets that the kernel threw away; TCP sends their content again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The gravest thing that happened, in the order of `Kind`, and its few letters for a map."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all cases. `expected` and `missing` are deliveries: a message at a member."""

    arms: int
    cases: int
    written: int
    expected: int
    missing: int
    dropped: int
    """Missing at a member whose connection stayed open, and not refused."""
    counted: int
    """Deliveries that a channel layer dropped, by the counters in the server."""
    unexplained: int
    full: int
    """Cases in which a receiver closed its TCP window, because its buffer was full."""
    windows: int
    """How often a receiver did."""
    again: int
    """TCP segments that were sent again."""


def outcome(case: LossCase) -> Outcome:
    """What the members of a case saw."""
    missing = _missing(case)
    if missing[DROPPED]:
        return Outcome("dropped", f"−{missing[DROPPED]}")
    codes = [_code(cause) for cause in missing if not cause.startswith("refused")]
    if ABNORMAL in codes:
        return Outcome("cut", ABNORMAL)
    if codes:
        return Outcome("closed", min(codes))
    if missing:
        return Outcome("refused", "told")
    return Outcome("all", "all")


def dropped(case: LossCase) -> int:
    """Deliveries that are missing at members whose connections stayed open."""
    return _missing(case)[DROPPED]


def unexplained(case: LossCase) -> int:
    """Those of them that no channel layer counted."""
    return max(0, dropped(case) - sum(case.layer_dropped.values()))


def causes(entries: Iterable[LossEntry]) -> dict[str, tuple[int, list[str]]]:
    """By cause: the missing deliveries, and the arms; the most frequent cause first.

    A close is told by its code alone, because servers word the same reason differently.
    """
    counts: Counter[str] = Counter()
    arms: dict[str, dict[str, None]] = {}
    for entry in entries:
        for case in entry.cases:
            for cause, count in _missing(case).items():
                told = without_reason(cause)
                counts[told] += count
                arms.setdefault(told, {})[entry.arm] = None
    return {cause: (count, list(arms[cause])) for cause, count in counts.most_common()}


def totals(entries: Sequence[LossEntry]) -> Totals:
    """The sums over all arms and cases."""
    cases = [case for entry in entries for case in entry.cases]
    return Totals(
        arms=len(entries),
        cases=len(cases),
        written=sum(case.written for case in cases),
        expected=sum(case.written * len(case.members) for case in cases),
        missing=sum(_missing(case).total() for case in cases),
        dropped=sum(map(dropped, cases)),
        counted=sum(sum(case.layer_dropped.values()) for case in cases),
        unexplained=sum(map(unexplained, cases)),
        full=sum(closed_windows(case) > 0 for case in cases),
        windows=sum(map(closed_windows, cases)),
        again=sum(case.kernel.get("RetransSegs", 0) for case in cases),
    )


def closed_windows(case: LossCase) -> int:
    """How often a receiver told a sender to wait, because its buffer was full."""
    return case.kernel.get("TCPToZeroWindowAdv", 0)


def thrown_away(case: LossCase) -> int:
    """Packets that the kernel threw away, all of which TCP sends again."""
    return sum(case.kernel.get(name, 0) for name in THROWN_AWAY)


def by_case(entries: Iterable[LossEntry]) -> dict[str, list[tuple[str, LossCase]]]:
    """The arms' results by the name of the case, in the order of the plan."""
    found: dict[str, list[tuple[str, LossCase]]] = {}
    for entry in entries:
        for case in entry.cases:
            found.setdefault(case.case, []).append((entry.arm, case))
    return found


def _missing(case: LossCase) -> Counter[str]:
    """Missing deliveries by cause, over all members."""
    found: Counter[str] = Counter()
    for member in case.members.values():
        found.update(member.missing)
    return found


def without_reason(cause: str) -> str:
    """ "closed with 1013" for "closed: 1013 you read too slowly"."""
    who, separator, _ = cause.partition("closed: ")
    return f"{who}closed with {_code(cause)}" if separator else cause


def _code(cause: str) -> str:
    """The close code in "closed: 1013 …"."""
    return cause.partition(": ")[2][:4]
