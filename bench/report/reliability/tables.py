"""The tables of the page on reliability: figures in, Markdown out."""

from collections.abc import Sequence
from typing import TypeVar

from bench.analysis import wording
from bench.analysis.image_memory import Growth, grown
from bench.analysis.survival import recoveries, wrong
from bench.analysis.writes import Case, Compared
from bench.envelope.images import ImagesRun
from bench.envelope.run import Found
from bench.envelope.soak import SoakEntry
from bench.envelope.survival import SurvivalEntry
from bench.report.groups import arranged
from bench.report.markdown import code, table, text_table
from bench.report.reliability.names import chat, database, fault

NONE = "—"
_MOST_VIOLATIONS = 20

Entry = TypeVar("Entry", SurvivalEntry, SoakEntry)


def outcome(found: Found[SurvivalEntry]) -> str:
    """The faults and cuts of each backend, and the fate of its messages."""
    headers = (
        "backend",
        "faults",
        "connections cut",
        "messages sent",
        "acknowledged",
        "members",
        "lost",
        "doubled",
        "invented",
        "out of order or altered",
    )
    rows = []
    for entry in _arranged(found):
        broken = wrong([entry])
        figures = (
            len(entry.faults),
            entry.counts.get("cuts", 0),
            entry.sent,
            entry.acknowledged,
            entry.members,
            broken.lost,
            broken.doubled,
            broken.invented,
            broken.altered,
        )
        rows.append((code(entry.arm), *map(wording.count, figures)))
    return table(headers, rows)


def ways(found: Found[SurvivalEntry]) -> str:
    """How the members received their messages: live, replayed, or fetched."""
    headers = (
        "backend",
        "deliveries",
        "live",
        "by replay (`since`)",
        "fetched by HTTP",
        "fetches, for a hole or a gap",
        "gaps told",
    )
    keys = ("delivered live", "recovered by since", "fetched by HTTP", "holes", "gaps")
    return table(
        headers,
        [
            (
                code(entry.arm),
                wording.count(entry.taken),
                *(wording.count(entry.counts.get(key, 0)) for key in keys),
            )
            for entry in _arranged(found)
        ],
    )


def recovery(found: Found[SurvivalEntry]) -> str:
    """The time until each backend recovered, by kind of fault."""
    headers = (
        "backend",
        "fault",
        "times",
        "acknowledged again, median s",
        "all members have all, median s",
        "longest, s",
        "not in time",
    )
    return table(
        headers,
        [
            (
                code(entry.arm),
                fault(each.kind),
                wording.count(each.faults),
                *map(_seconds, (each.acked, each.whole, each.longest)),
                wording.count(each.late),
            )
            for entry in _arranged(found)
            for each in recoveries(entry)
        ],
        words=2,
    )


def violations(found: Found[SurvivalEntry]) -> str:
    """The first violations; empty without any."""
    rows = [
        (code(entry.arm), each.kind, each.where, each.what)
        for entry in _arranged(found)
        for each in entry.violations
    ]
    return text_table(("backend", "what", "where", "which"), rows[:_MOST_VIOLATIONS])


def soak(found: Found[SoakEntry]) -> str:
    """What the members of each backend heard."""
    headers = (
        "backend",
        "members",
        "said",
        "refused",
        "received",
        "missing",
        "repeated",
        "deaf",
        "put out",
    )
    return table(
        headers,
        [
            (
                code(each.arm),
                *map(
                    wording.count,
                    (
                        each.members,
                        each.said,
                        each.refused,
                        each.deliveries,
                        each.missing,
                        each.repeated,
                        len(each.deaf),
                        len(each.closed),
                    ),
                ),
            )
            for each in _arranged(found)
        ],
    )


def commits(cases: Sequence[Case]) -> str:
    """One commit for each message beside one for all waiting messages: rates and costs."""
    headers = (
        "chat, database",
        "at once",
        "single: messages/s",
        "grouped: messages/s",
        "grouped ÷ single",
        "single: CPU µs/message",
        "grouped: CPU µs/message",
        "grouped ÷ single",
    )
    return table(
        headers,
        [
            (
                f"{chat(case.arm)}, {database(case.arm)}",
                wording.count(case.appenders),
                *_compared(case.rate),
                *_compared(case.cpu),
            )
            for case in cases
        ],
    )


def memory(growths: Sequence[Growth]) -> str:
    """The growth of each server's memory."""
    if not growths:
        return ""
    few, many = growths[0].few.images, growths[0].many.images
    headers = (
        "arm",
        "before, MiB",
        f"{few} images: peak growth, MiB",
        f"{many} images: peak growth, MiB",
        "kept of each further MiB",
        "bounded",
        "images back at the sender",
        f"readers after {many}",
    )
    by_arm = {growth.arm.id: growth for growth in growths}
    rows = []
    for arm in arranged(growth.arm for growth in growths):
        growth = by_arm[arm.id]
        rows.append(
            (
                code(arm.id),
                wording.number(growth.few.before_mib),
                wording.number(grown(growth.few)),
                wording.number(grown(growth.many)),
                NONE if growth.kept is None else f"{max(0.0, growth.kept):.2f} MiB",
                "yes" if growth.bounded else "no",
                ", ".join(f"{run.delivered_to_sender}/{run.images}" for run in _runs(growth)),
                ", ".join(f"{n} {how}" for how, n in sorted(growth.many.readers.items())),
            )
        )
    return table(headers, rows)


def _runs(growth: Growth) -> tuple[ImagesRun, ImagesRun]:
    return growth.few, growth.many


def _arranged(found: Found[Entry]) -> list[Entry]:
    by_arm = {entry.arm: entry for entry in found.entries}
    return [by_arm[arm.id] for arm in arranged(found.arms[name] for name in by_arm)]


def _compared(found: Compared) -> tuple[str, str, str]:
    ratio = wording.times(found.ratio)
    if not found.shown:
        ratio = f"{wording.NOT_SHOWN}: {ratio}"
    return wording.number(found.single.value), wording.number(found.grouped.value), ratio


def _seconds(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"
