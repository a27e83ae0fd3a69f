"""The answers, in sentences chosen by the figures."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median

from bench.analysis import soak as soaked
from bench.analysis import wording
from bench.analysis.arms import server
from bench.analysis.image_memory import Growth, grown
from bench.analysis.survival import Totals, Wrong
from bench.analysis.writes import Case
from bench.declared.differences import load_differences
from bench.envelope.run import ArmInfo
from bench.envelope.soak import SoakEntry
from bench.envelope.survival import SurvivalEntry
from bench.envelope.writes import WritesEntry
from bench.report.markdown import code
from bench.report.reliability.names import chat, database

MEMORY_TEST = "bench/test_experiments.py::test_the_outboxes_bound_the_memory_for_slow_readers"
_ISSUES = {"daphne": "[daphne#170](https://github.com/django/daphne/issues/170)"}
"""The issue in the server's project, by server."""


def survival(totals: Totals, entries: Sequence[SurvivalEntry]) -> str:
    """Whether an acknowledged message was lost."""
    through = (
        f"{_many(totals.arms, 'backend')} went through {_many(totals.faults, 'fault')} "
        f"and {_many(totals.cuts, 'cut connection')}, and acknowledged "
        f"{wording.count(totals.acknowledged)} messages; members received "
        f"{wording.count(totals.taken)} deliveries of committed messages"
    )
    if totals.all_survived:
        return f"**No.** {through}: none was lost, doubled, invented or altered."
    broken = [code(entry.arm) for entry in entries if not entry.survived]
    silent = [code(entry.arm) for entry in entries if not entry.acknowledged]
    said = f"**{_verdict(totals.wrong)}** {through}. {_counted(totals.wrong)}"
    said += f" ({', '.join(broken)})." if broken else "."
    return said + (f" Nothing was acknowledged by {', '.join(silent)}." if silent else "")


def _verdict(wrong: Wrong) -> str:
    return "Yes." if wrong.lost else "Not lost, but with other errors." if wrong.total else "—"


def _counted(wrong: Wrong) -> str:
    return (
        f"Lost: {wording.count(wrong.lost)}, doubled: {wording.count(wrong.doubled)}, "
        f"invented: {wording.count(wrong.invented)}, altered: {wording.count(wrong.altered)}"
    )


def soak(totals: soaked.Totals, entries: Sequence[SoakEntry]) -> str:
    """Whether a member stopped hearing, or was put out."""
    through = (
        f"{_many(totals.members, 'member')} of {_many(totals.arms, 'backend')} stayed; "
        f"{wording.count(totals.said)} messages were said and received "
        f"{wording.count(totals.deliveries)} times: "
        f"{wording.count(totals.missing)} missing, {wording.count(totals.repeated)} repeated"
    )
    failed = [code(each.arm) for each in entries if not each.holds]
    if not failed:
        return f"**No member stopped hearing.** {through}; each member got the last message."
    return (
        f"**Yes.** {through}; deaf: {wording.count(totals.deaf)}, "
        f"put out: {wording.count(totals.closed)} ({', '.join(failed)})."
    )


def writes(cases: Sequence[Case]) -> list[str]:
    """The effect of grouped commits, one sentence for each number of appenders."""
    found = []
    by_appenders = sorted(cases, key=lambda case: case.appenders)
    for appenders, group in groupby(by_appenders, key=lambda case: case.appenders):
        every = sorted(group, key=lambda case: case.rate.ratio.value)
        shown = [_ratio(case) for case in every if case.rate.shown]
        unshown = [_ratio(case) for case in every if not case.rate.shown]
        parts = []
        if shown:
            ends = shown[0] if len(shown) == 1 else f"from {shown[0]} to {shown[-1]}"
            parts.append(f"grouped commits carry {ends} as many messages a second")
        if unshown:
            parts.append(f"{wording.NOT_SHOWN}: {', '.join(unshown)}")
        found.append(f"**{wording.count(appenders)} at once:** {'; '.join(parts)}.")
    return found


def _ratio(case: Case) -> str:
    return f"{wording.times(case.rate.ratio)} ({chat(case.arm)}, {database(case.arm)})"


def sync(entries: Iterable[WritesEntry]) -> str:
    """The time that the disk takes for a sync; a commit for each message waits that long."""
    taken = [each for entry in entries for each in entry.sync_us]
    return wording.milliseconds(median(taken)) if taken else ""


def images(growths: Sequence[Growth]) -> list[str]:
    """Whether memory is bounded, one sentence for each server."""
    by_server = sorted(growths, key=lambda growth: server(growth.arm))
    return [
        _of_server(name, list(group))
        for name, group in groupby(by_server, key=lambda growth: server(growth.arm))
    ]


def _of_server(name: str, growths: Sequence[Growth]) -> str:
    bounded = [growth for growth in growths if growth.bounded]
    unbounded = [growth for growth in growths if not growth.bounded]
    verdict = "depends" if bounded and unbounded else "yes" if bounded else "no"
    parts = [f"**On {name}, {verdict}:**"]
    if bounded:
        parts.append(_bounded(bounded))
    if unbounded:
        parts.append(_unbounded(unbounded))
    return " ".join(parts)


def _bounded(growths: Sequence[Growth]) -> str:
    many = growths[0].many.images
    return (
        f"after {many} images memory had grown by {_mib(growths)} MiB in "
        f"{_many(len(growths), 'arm')}, and further images did not add memory."
    )


def _unbounded(growths: Sequence[Growth]) -> str:
    many = growths[0].many.images
    kept = sorted(growth.kept for growth in growths if growth.kept is not None)
    said = (
        f"after {many} images memory had grown by {_mib(growths)} MiB "
        f"in {_many(len(growths), 'arm')}"
        + (f", and of each further MiB sent {_span(kept)} MiB were kept." if kept else ".")
    )
    return f"{said} {' '.join(_causes([growth.arm for growth in growths]))}"


def _causes(arms: Sequence[ArmInfo]) -> list[str]:
    known = {arm.id: _cause(arm) for arm in arms}
    open_ = ", ".join(code(arm) for arm, cause in known.items() if cause is None)
    said = list(dict.fromkeys(cause for cause in known.values() if cause is not None))
    return [*said, f"The list of differences names no cause for {open_}."] if open_ else said


def _cause(arm: ArmInfo) -> str | None:
    for each in load_differences():
        if MEMORY_TEST in each.tests and each.is_about(arm.id):
            issue = _ISSUES.get(arm.server)
            return f"{each.reason}{f' ({issue})' if issue else ''}."
    return None


def _many(count: int, what: str) -> str:
    return f"{wording.count(count)} {what}{'' if count == 1 else 's'}"


def _mib(growths: Sequence[Growth]) -> str:
    found = sorted(grown(growth.many) for growth in growths)
    return " to ".join(dict.fromkeys(wording.number(each) for each in (found[0], found[-1])))


def _span(values: Sequence[float]) -> str:
    return " to ".join(dict.fromkeys(f"{each:.2f}" for each in (values[0], values[-1])))
