"""The tables of the page."""

from collections.abc import Sequence

from bench.analysis.loss import (
    by_case,
    closed_windows,
    thrown_away,
    unexplained,
    without_reason,
)
from bench.analysis.wording import count, number
from bench.envelope.busy import BusyEntry
from bench.envelope.loss import LossCase, LossEntry
from bench.experiments.loss.plan import KIB, MIB, STOP_S
from bench.report.markdown import code, table, text_table

_HELD_UP_S = 0.5
"""A wait from which on a member noticed the others."""


def cases(entries: Sequence[LossEntry]) -> str:
    """What each number of the map stands for."""
    rows = [
        (str(number), case.case, _sent(case), _reader(case))
        for number, case in enumerate(entries[0].cases, start=1)
    ]
    return text_table(("number", "case", "what is sent", "the last member"), rows)


def kernel(entries: Sequence[LossEntry]) -> str:
    """What Linux counted in each case, over all arms."""
    rows = []
    for name, found in by_case(entries).items():
        every = [case for _, case in found]
        rows.append(
            (
                name,
                _mib(max(case.unread.get("reader", 0) for case in every)),
                _mib(max(case.unsent.get("server to reader", 0) for case in every)),
                count(sum(map(closed_windows, every))),
                count(sum(map(thrown_away, every))),
                count(sum(case.kernel.get("RetransSegs", 0) for case in every)),
                count(sum(sum(case.layer_dropped.values()) for case in every)),
                count(sum(map(unexplained, every))),
            )
        )
    headers = (
        "case",
        "unread at the reader, MiB",
        "unsent at the server, MiB",
        "windows closed",
        "packets thrown away",
        "segments sent again",
        "dropped by a layer",
        "without a cause",
    )
    return table(headers, rows)


def losses(entries: Sequence[LossEntry]) -> str:
    """Every arm and case in which something did not come, with its causes."""
    rows = []
    for entry in entries:
        for case in entry.cases:
            for (arrived, why), names in _alike(case).items():
                who = "all" if len(names) == len(case.members) else ", ".join(names)
                came = f"{count(arrived)} of {count(case.written)}"
                rows.append((code(entry.arm), case.case, who, came, why))
    return text_table(("arm", "case", "member", "came", "why the rest did not come"), rows)


def _alike(case: LossCase) -> dict[tuple[int, str], list[str]]:
    """The members that miss something, by what came and why the rest did not."""
    found: dict[tuple[int, str], list[str]] = {}
    for name, member in case.members.items():
        if member.missing:
            causes = (f"{count(n)} {without_reason(why)}" for why, n in member.missing.items())
            found.setdefault((member.arrived, "; ".join(causes)), []).append(name)
    return found


def waits(entries: Sequence[LossEntry]) -> str:
    """While one member does not read: how long the others and the sender waited, and memory."""
    rows = []
    for name, found in by_case(entries).items():
        if not paced(found[0][1]):
            continue
        for arm, case in sorted(found, key=lambda each: -_others(each[1])):
            if _others(case) >= _HELD_UP_S or case.longest_send_s >= _HELD_UP_S:
                rows.append(
                    (
                        code(arm),
                        name,
                        number(_others(case)),
                        number(case.longest_send_s),
                        number(case.peak_mib - case.before_mib),
                    )
                )
    headers = (
        "arm",
        "case",
        "the other member waited, s",
        "the sender's socket accepted no data, s",
        "memory grew, MiB",
    )
    return table(headers, rows, words=2)


def busy(entries: Sequence[BusyEntry]) -> str:
    """What came while a handler was busy, and who waited."""
    rows = [
        (
            code(entry.arm),
            "awaits" if case.how == "await" else "computes",
            "yes" if case.in_order else "no",
            f"{count(case.came)} of {count(2 * case.sent)}",
            number(1000 * case.busy_member_waited_s),
            number(1000 * case.other_member_waited_s),
        )
        for entry in entries
        for case in entry.cases
    ]
    headers = (
        "arm",
        "the handler",
        "in order",
        "came",
        "its member waited, ms",
        "another member waited, ms",
    )
    return table(headers, rows, words=3)


def paced(case: LossCase) -> bool:
    """Whether only the reader that stops can hold up the others: the sender is slow enough."""
    return case.reader == "stops" and case.rate is not None


def _others(case: LossCase) -> float:
    return case.members["other"].longest_wait_s


def _sent(case: LossCase) -> str:
    size = f"{case.size} bytes"
    if case.content == "image":
        size = f"{case.size / MIB:g} MiB" if case.size % MIB == 0 else size
        size = f"{case.size / KIB:g} KiB" if case.size % KIB == 0 and case.size < MIB else size
    speed = "as fast as they are taken" if case.rate is None else f"{case.rate:g} a second"
    buffer = case.receive_buffer
    buffers = "" if buffer is None else f"; SO_RCVBUF of the server {buffer // KIB} KiB"
    if case.count == 1:
        return f"one of {size}"
    return f"{count(case.count)} of {size}, {speed}{buffers}"


def _reader(case: LossCase) -> str:
    return {
        "reads": "reads",
        "slow": "reads 10 frames a second",
        "stops": f"does not read for {STOP_S:g} s",
    }[case.reader]


def _mib(size: int) -> str:
    return number(size / MIB) if size else "–"
