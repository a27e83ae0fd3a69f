"""The answers, in sentences chosen by the figures."""

from collections.abc import Sequence

from bench.analysis.loss import Totals, by_case, causes, outcome
from bench.analysis.wording import count, number
from bench.envelope.busy import BusyEntry
from bench.envelope.loss import DROPPED, LossCase, LossEntry
from bench.report.markdown import code

_FEW = 4
"""So many arms are named; of more, only the number is told."""


def buffer(totals: Totals) -> str:
    """Whether messages are lost where the TCP receive buffer is full."""
    through = (
        f"In {count(totals.full)} of {count(totals.cases)} cases a receive buffer was full, and "
        f"the receiver told the sender {count(totals.windows)} times to wait; "
        f"{count(totals.again)} segments were sent again"
    )
    lost = (
        f"Of {count(totals.expected)} deliveries, {count(totals.dropped)} did not come over a "
        f"connection that stayed open"
    )
    if totals.unexplained:
        return (
            f"**Not settled.** {through}. {lost}, and {count(totals.unexplained)} of them have no "
            "known cause."
        )
    if totals.dropped:
        lost += ", and a channel layer counted each of them as dropped"
    return f"**No.** {through}. {lost}: none was lost by TCP."


def reasons(entries: Sequence[LossEntry]) -> list[str]:
    """What does lose messages: a sentence for each cause, the most frequent first."""
    return [
        f"**{_cause(cause)}:** {count(missing)} deliveries, in {_arms(arms)}."
        for cause, (missing, arms) in causes(entries).items()
    ]


def buffers(entries: Sequence[LossEntry]) -> str:
    """Whether the size of the receive buffer changed what came."""
    sizes = _by_size(entries)
    if not sizes:
        return ""
    changed = [arm for arm, cases in sizes.items() if len({outcome(each) for each in cases}) > 1]
    blocked = [
        max(each.longest_send_s for each in cases) for cases in zip(*sizes.values(), strict=True)
    ]
    waited = ", ".join(
        f"{_buffer(case)} {number(longest)} s"
        for case, longest in zip(next(iter(sizes.values())), blocked, strict=True)
    )
    verdict = f"**Yes, in {_arms(changed)}.**" if changed else "**No.**"
    return (
        f"{verdict} The same photos came with each size of the server's buffer in "
        f"{count(len(sizes) - len(changed))} of {count(len(sizes))} arms. The longest time in "
        f"which a sender's socket accepted no data, by the size of the buffer: {waited}."
    )


def others(entries: Sequence[LossEntry], case: str) -> str:
    """How long the other member waited while one did not read."""
    found = sorted(
        (each.members["other"].longest_wait_s, arm) for arm, each in by_case(entries)[case]
    )
    slowest, arm = found[-1]
    middle = found[len(found) // 2][0]
    return (
        f"{case[0].upper()}{case[1:]}: at most {number(slowest)} s ({code(arm)}); the median of "
        f"{count(len(found))} arms is {number(1000 * middle)} ms"
    )


def _by_size(entries: Sequence[LossEntry]) -> dict[str, list[LossCase]]:
    """By arm: the cases that differ in the receive buffer alone, in the order of the plan."""
    varied = {
        (case.content, case.size, case.count, case.rate, case.reader)
        for entry in entries
        for case in entry.cases
        if case.receive_buffer is not None
    }
    return (
        {
            entry.arm: [
                case
                for case in entry.cases
                if (case.content, case.size, case.count, case.rate, case.reader) in varied
            ]
            for entry in entries
        }
        if varied
        else {}
    )


def _buffer(case: LossCase) -> str:
    size = case.receive_buffer
    return "the default" if size is None else f"{size // 1024} KiB"


def _cause(cause: str) -> str:
    if cause == DROPPED:
        return "Dropped by a channel layer that was full"
    return cause[0].upper() + cause[1:]


def _arms(arms: Sequence[str]) -> str:
    if len(arms) > _FEW:
        return f"{len(arms)} arms"
    return ", ".join(map(code, arms))


def busy(entries: Sequence[BusyEntry]) -> str:
    """Whether messages are lost that arrive while a handler is busy."""
    cases = [case for entry in entries for case in entry.cases]
    came, owed = sum(case.came for case in cases), sum(2 * case.sent for case in cases)
    order = "" if all(case.in_order for case in cases) else ", not all of them in order"
    if came == owed:
        in_order = order or ", each sender's in order"
        return f"**No.** All {count(owed)} deliveries of {count(len(cases))} cases came{in_order}."
    lost = [e.arm for e in entries if any(case.came < 2 * case.sent for case in e.cases)]
    return f"**Yes.** {count(owed - came)} of {count(owed)} deliveries did not come: {_arms(lost)}."


def busy_waits(entries: Sequence[BusyEntry]) -> list[str]:
    """Who waits for a busy handler: by what it does, and by framework."""
    return [
        f"{words} for {number(entries[0].cases[0].busy_s)} s: {'; '.join(found)}."
        for how, words in (("await", "A handler that awaits"), ("block", "A handler that computes"))
        if (found := _waits(entries, how))
    ]


def _waits(entries: Sequence[BusyEntry], how: str) -> list[str]:
    found = []
    for prefix, name in (("channels-", "Channels"), ("fastapi-", "FastAPI")):
        cases = [
            case
            for entry in entries
            for case in entry.cases
            if entry.arm.startswith(prefix) and case.how == how
        ]
        if cases:
            own = _span([case.busy_member_waited_s for case in cases])
            others = _span([case.other_member_waited_s for case in cases])
            found.append(f"in {name}, the member waits {own}, and another member {others}")
    return found


def _span(seconds: Sequence[float]) -> str:
    least, most = (number(1000 * each) for each in (min(seconds), max(seconds)))
    return f"{most} ms" if least == most else f"{least} to {most} ms"
