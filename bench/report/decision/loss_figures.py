"""Figures of the experiment on losses that the decision names."""

from collections.abc import Mapping
from typing import Final

from bench.analysis import loss
from bench.declared.texts import Text, same
from bench.envelope.loss import LossCase, LossEntry
from bench.report.claims.results import Results
from bench.report.decision.speed_figures import Figure
from bench.report.markdown import code
from bench.report.words import counted, span

_ALTERED: Final = ("-tutorial", "-tuned", "-broadcaster-postgres")
"""Not the standard chat, or a fan-out that carries no photo."""


def standard(entries: list[LossEntry]) -> list[LossEntry]:
    """The arms of the standard chat, with a fan-out that carries photos."""
    return [entry for entry in entries if not entry.arm.endswith(_ALTERED)]


def photos(entry: LossEntry) -> list[LossCase]:
    """The cases with photos within the limit, to members that all read."""
    limit = max(case.size for case in entry.cases if loss.outcome(case).kind == "all")
    return [
        case
        for case in entry.cases
        if case.content == "image" and case.reader == "reads" and case.size <= limit
    ]


def _photos_came(results: Results) -> Text | None:
    cases = [case for entry in standard(results.loss) for case in photos(entry)]
    return counted(sum(m.arrived for case in cases for m in case.members.values()), cases)


def _photos_owed(results: Results) -> Text | None:
    cases = [case for entry in standard(results.loss) for case in photos(entry)]
    return counted(sum(case.written * len(case.members) for case in cases), cases)


def _standard_dropped(results: Results) -> Text | None:
    cases = [case for entry in standard(results.loss) for case in entry.cases]
    return counted(sum(map(loss.dropped, cases)), cases)


def _dropping(results: Results) -> Text | None:
    arms = [e.arm for e in results.loss if any(loss.dropped(case) for case in e.cases)]
    return same(", ".join(map(code, arms))) if arms else None


def _waits(tutorial: bool) -> Figure:
    """Seconds that another member waited while one did not read photos.

    Of the standard chats, or of FastAPI's tutorial.
    """
    return lambda results: span(
        case.members["other"].longest_wait_s
        for entry in (_tutorials(results.loss) if tutorial else standard(results.loss))
        for case in entry.cases
        if case.content == "image" and case.reader == "stops"
    )


def _tutorials(entries: list[LossEntry]) -> list[LossEntry]:
    return [e for e in entries if e.arm.startswith("fastapi-") and e.arm.endswith("-tutorial")]


def _evicted(results: Results) -> Text | None:
    """In how many standard arms a member that stops reading is closed."""
    arms = {
        entry.arm
        for entry in standard(results.loss)
        for case in entry.cases
        if case.reader == "stops" and loss.outcome(case).kind == "closed"
    }
    return counted(len(arms), results.loss)


LOSS_FIGURES: Final[Mapping[str, Figure]] = {
    "photos_came": _photos_came,
    "photos_owed": _photos_owed,
    "standard_arms": lambda results: counted(len(standard(results.loss)), results.loss),
    "dropped": lambda results: counted(loss.totals(results.loss).dropped, results.loss),
    "loss_deliveries": lambda results: counted(loss.totals(results.loss).expected, results.loss),
    "dropping_arms": _dropping,
    "standard_dropped": _standard_dropped,
    "tutorial_wait_s": _waits(tutorial=True),
    "standard_wait_s": _waits(tutorial=False),
    "evicting_arms": _evicted,
}
