"""The sections on connections: memory, idling, handshakes, restarts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bench.analysis import connections
from bench.analysis.wording import count, number
from bench.envelope.connections import ConnectionsEntry
from bench.envelope.run import ArmInfo
from bench.report.groups import arranged
from bench.report.markdown import code, table

_LEAK_KIB: Final = 0.5
"""What a crowd leaves behind for each connection, from which on memory counts as kept."""


def context(entries: Sequence[ConnectionsEntry], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of connections."""
    by_arm = {entry.arm: entry for entry in entries}
    ordered = [by_arm[arm.id] for arm in arranged(arms.values()) if arm.id in by_arm]
    return {
        "most": count(max(map(connections.connections, ordered))),
        "idle_seconds": max(entry.idle_seconds for entry in ordered),
        "memory": _span("A connection takes", "KiB of the server's memory", ordered, _memory),
        "idle": _span(
            "A thousand idle connections take", "s of CPU an hour", ordered, connections.idle_cpu_s
        ),
        "kept": _kept(ordered),
        "coming": _span("A handshake takes", "ms of CPU", ordered, _guest_ms),
        "memory_table": _memory_table(ordered),
        "coming_table": _coming_table(ordered),
        "storm_table": _storm_table(ordered),
    }


def _span(
    begin: str, unit: str, entries: Sequence[ConnectionsEntry], of: Callable[[Any], float]
) -> str:
    """The least and the most of all arms, in one sentence."""
    found = sorted((of(entry), entry.arm) for entry in entries)
    (least, lowest), (most, highest) = found[0], found[-1]
    return f"{begin} {number(least)} ({code(lowest)}) to {number(most)} ({code(highest)}) {unit}."


def _kept(entries: Sequence[ConnectionsEntry]) -> str:
    """Whether memory comes back after crowds that came and went."""
    kept = [
        (each, entry.arm)
        for entry in entries
        if (each := connections.kept_kib(entry)) is not None and each > _LEAK_KIB
    ]
    shares = [share for entry in entries if (share := connections.given_back(entry)) is not None]
    least, most = (f"{100 * max(share, 0):.0f}" for share in (min(shares), max(shares)))
    span = least if least == most else f"{least} to {most}"
    back = f"Of the memory of the first crowd, {span} % was given back to the operating system"
    if not kept:
        return (
            f"**It is used again.** {back}, and no further connection left more than "
            f"{number(_LEAK_KIB)} KiB behind when it had gone."
        )
    named = ", ".join(f"{code(arm)} {number(each)} KiB" for each, arm in sorted(kept, reverse=True))
    return f"**It grows.** {back}, and each further connection left behind: {named}."


def _memory_table(entries: Sequence[ConnectionsEntry]) -> str:
    rows = []
    for entry in entries:
        kept = connections.kept_kib(entry)
        rows.append(
            (
                code(entry.arm),
                count(connections.connections(entry)),
                number(entry.idle[0].process_kib / 1024),
                number(connections.process_kib(entry)),
                number(connections.kernel_kib(entry)),
                number(connections.idle_cpu_s(entry)),
                "–" if kept is None else f"{kept:.2f}",
            )
        )
    headers = (
        "arm",
        "connections",
        "empty server, MiB",
        "a connection, KiB",
        "in the kernel, both ends, KiB",
        "1 000 idle for an hour, CPU s",
        "kept after it has gone, KiB",
    )
    return table(headers, rows)


def _coming_table(entries: Sequence[ConnectionsEntry]) -> str:
    rows = []
    for entry in entries:
        guest = connections.coming(entry, "guest")
        session = connections.coming(entry, "session")
        rows.append(
            (
                code(entry.arm),
                _cost(guest),
                number(guest.per_second) if guest else "–",
                _cost(session),
                number(session.per_second) if session else "–",
                count((guest.failed if guest else 0) + (session.failed if session else 0)),
                _wait(guest, session),
            )
        )
    headers = (
        "arm",
        "guest, CPU ms",
        "guests a second",
        "session, CPU ms",
        "sessions a second",
        "failed",
        "longest wait of another, s",
    )
    return table(headers, rows)


def _storm_table(entries: Sequence[ConnectionsEntry]) -> str:
    rows = [
        (
            code(entry.arm),
            storm.how,
            count(storm.cut),
            count(storm.back),
            number(storm.seconds),
            number(storm.attempts / max(1, storm.cut)),
            number(1000 * storm.cpu_s / max(1, storm.back)),
        )
        for entry in entries
        for storm in entry.storms
    ]
    headers = (
        "arm",
        "the server was",
        "cut",
        "back",
        "all back after, s",
        "attempts each",
        "CPU ms each",
    )
    return table(headers, rows, words=2)


def _cost(found: connections.Coming | None) -> str:
    if found is None:
        return "–"
    return f"{number(found.cpu_ms)} ({number(found.least_ms)}–{number(found.most_ms)})"


def _wait(*found: connections.Coming | None) -> str:
    """The longest wait of the member that was there, over crowds of all identities."""
    waits = [wait for each in found if each and (wait := each.longest_wait_s) is not None]
    return number(max(waits)) if waits else "–"


def _memory(entry: ConnectionsEntry) -> float:
    return connections.process_kib(entry)


def _guest_ms(entry: ConnectionsEntry) -> float:
    found = connections.coming(entry, "guest")
    return found.cpu_ms if found else 0.0
