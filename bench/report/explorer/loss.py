"""What runs of `loss` and `busy` say: what did not come, and who waited."""

from collections.abc import Callable, Iterator
from typing import Final

from bench.analysis.loss import Totals, by_case, outcome, totals
from bench.envelope.busy import BusyCase, BusyEntry
from bench.envelope.loss import LossCase, LossEntry
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Row, Table, plain

_GROUP: Final = "Loss and waiting"
_WAITS: Final = "loss.md#how-long-do-the-others-wait-for-one-member-that-does-not-read"
_HOW: Final = {"await": "a handler that awaits", "block": "a handler that computes"}


def _metric(name: str, title: str, unit: str, page: str, by: str, about: str) -> Metric:
    return Metric(
        id=name,
        group=_GROUP,
        title=title,
        unit=unit,
        better="less",
        by=by,
        counts="deliveries",
        page=page,
        about=about,
    )


MISSING: Final = _metric(
    "missing",
    "Deliveries that did not come",
    "%",
    "loss.md#what-loses-messages-then",
    "Case",
    "For any reason: refused, cut, closed or dropped.",
)
DROPPED: Final = _metric(
    "dropped",
    "Deliveries dropped at a connection that stayed open",
    "deliveries",
    "loss.md#the-proof",
    "Case",
    "The member is not told of these losses.",
)
HELD_UP: Final = _metric(
    "held-up",
    "The longest wait of the other member",
    "s",
    _WAITS,
    "Case",
    "Of one run of each case, so it has no interval.",
)
MEMORY: Final = _metric(
    "memory-grew",
    "Growth of the server's memory",
    "MiB",
    _WAITS,
    "Case",
    "From before the case to its peak.",
)
BUSY: Final = _metric(
    "busy-own",
    "The wait of the member whose handler is busy",
    "ms",
    "loss.md#is-what-arrives-lost-while-a-handler-is-busy",
    "Handler",
    "For messages of another member.",
)
BUSY_OTHER: Final = _metric(
    "busy-other",
    "The wait of another member while a handler is busy",
    "ms",
    BUSY.page,
    "Handler",
    "For messages of another member.",
)
METRICS: Final = (MISSING, DROPPED, HELD_UP, MEMORY, BUSY, BUSY_OTHER)

_OF_CASE: Final[tuple[tuple[Metric, Callable[[LossCase, Totals], float]], ...]] = (
    (MISSING, lambda _, found: 100 * found.missing / max(1, found.expected)),
    (DROPPED, lambda _, found: found.dropped),
    (HELD_UP, lambda case, _: case.members["other"].longest_wait_s),
    (MEMORY, lambda case, _: case.peak_mib - case.before_mib),
)
_OF_BUSY: Final[tuple[tuple[Metric, Callable[[BusyCase], float]], ...]] = (
    (BUSY, lambda case: 1000 * case.busy_member_waited_s),
    (BUSY_OTHER, lambda case: 1000 * case.other_member_waited_s),
)
_WORDS: Final = {
    "all": "",
    "refused": "some were refused, and the sender was told",
    "closed": "a connection was closed with a code",
    "cut": "a connection was cut",
    "dropped": "some were dropped by a channel layer",
}


def tables(run: Run) -> Iterator[Table]:
    """A table for each case and figure; none without entries."""
    yield from _cases([each for each in run.observations if isinstance(each, LossEntry)])
    yield from _busy([each for each in run.observations if isinstance(each, BusyEntry)])


def _cases(entries: list[LossEntry]) -> Iterator[Table]:
    for number, (name, found) in enumerate(by_case(entries).items(), start=1):
        for metric, of in _OF_CASE:
            rows = [_of_case(arm, case, of) for arm, case in found]
            yield Table(metric=metric.id, at=str(number), label=name, rows=rows)


def _of_case(arm: str, case: LossCase, of: Callable[[LossCase, Totals], float]) -> Row:
    found = totals([LossEntry(experiment="loss", arm=arm, at_s=0.0, cases=[case])])
    return plain(arm, of(case, found), found.expected, _WORDS[outcome(case).kind])


def _busy(entries: list[BusyEntry]) -> Iterator[Table]:
    for how, label in _HOW.items():
        found = [(each.arm, case) for each in entries for case in each.cases if case.how == how]
        for metric, of in _OF_BUSY if found else ():
            rows = [plain(arm, of(case), 2 * case.sent) for arm, case in found]
            yield Table(metric=metric.id, at=how, label=label, rows=rows)
