"""The tables of the page."""

from collections.abc import Sequence

from bench.analysis import network as analysis
from bench.analysis.arms import FRAMEWORKS
from bench.analysis.wording import count, number
from bench.declared.published import Published
from bench.envelope.network import Network, NetworkCase, NetworkEntry
from bench.envelope.run import Found
from bench.experiments.network import plan
from bench.report.groups import arranged
from bench.report.markdown import code, table, text_table
from bench.report.network.answers import share

NONE = "–"
_COUNTED = ("replayed", "lost", "repeated")


def networks(every: Sequence[Network]) -> str:
    """What each network does."""
    rows = [(each.name, _packets(each), _cut(each)) for each in every]
    return text_table(("network", "each packet, in both directions", "cuts"), rows)


def shares(found: Found[NetworkEntry]) -> str:
    """The share of deliveries that came behind each network, without a history and with one."""
    rows = [
        (
            network.name,
            *(_came(found, network, history=history) for history in (False, True)),
        )
        for network in analysis.networks(found.entries)
    ]
    return table(("share that came", "no history", "history"), rows)


def deliveries(found: Found[NetworkEntry]) -> str:
    """Replayed and lost deliveries of each arm and network."""
    rows = [
        (
            code(entry.arm),
            case.network.name,
            count(case.sent * len(case.received)),
            *(count(sum(getattr(each, key) for each in case.received)) for key in _COUNTED),
            count(sum(each.connections for each in case.received) - len(case.received)),
        )
        for entry, case in _arranged(found)
    ]
    headers = ("arm", "network", "deliveries", "replayed", "lost", "repeated", "reconnects")
    return table(headers, rows, words=2)


def beside(found: Found[NetworkEntry], published: Published) -> str:
    """The share that came while members were gone again and again, ours and the published one."""
    rows = []
    for network in analysis.networks(found.entries):
        if network.cut != "noticed":
            continue
        for history, words in ((False, "without a history"), (True, "with a history")):
            for key in dict.fromkeys(arm.framework for arm in found.arms.values()):
                came = _came(found, network, history=history, framework=key)
                if came != NONE:
                    rows.append((f"{FRAMEWORKS.get(key, key)}, {words}", came, "this run"))
    for name, value in published.delivered.items():
        rows.append((name, f"{value:g} %", f"[{published.title}]({published.source})"))
    return text_table(("chat", "came", "source"), rows)


def latencies(found: Found[NetworkEntry]) -> str:
    """How long live messages were on their way."""
    rows = [
        (
            code(entry.arm),
            case.network.name,
            *(number(us / 1000) for us in (case.latency.p50, case.latency.p99, case.latency.max)),
            f"{count(case.dropped)} of {count(case.packets)}",
        )
        for entry, case in _arranged(found)
        if case.network.cut is None
    ]
    headers = ("arm", "network", "p50, ms", "p99, ms", "longest, ms", "packets dropped")
    return table(headers, rows, words=2)


def recoveries(found: Found[NetworkEntry]) -> str:
    """How soon the members of each arm heard again after a cut."""
    rows = []
    for entry, case in _arranged(found):
        each = analysis.recovery(case)
        if each.outages:
            rows.append(
                (
                    code(entry.arm),
                    case.network.name,
                    count(each.outages),
                    _seconds(each.median),
                    _seconds(each.longest),
                    count(each.reconnected),
                    count(sum(outage.sent for outage in case.outages)),
                    count(sum(outage.lost for outage in case.outages)),
                )
            )
    headers = (
        "arm",
        "network",
        "cuts",
        "median, s",
        "longest, s",
        "reconnects",
        "due",
        "lost",
    )
    return table(headers, rows, words=2)


def _came(
    found: Found[NetworkEntry], network: Network, *, history: bool, framework: str | None = None
) -> str:
    """The share that came, with its interval; without one if all members heard alike."""
    rooms = analysis.behind(
        found.entries, found.arms, network, history=history, framework=framework
    )
    each = analysis.delivered(rooms)
    if each is None:
        return NONE
    if each.share.low == each.share.high:
        return share(each.share.value)
    low, high = max(0.0, each.share.low), min(1.0, each.share.high)
    return f"{share(each.share.value)} ({100 * low:.1f}–{100 * high:.1f})"


def _arranged(found: Found[NetworkEntry]) -> list[tuple[NetworkEntry, NetworkCase]]:
    by_arm = {entry.arm: entry for entry in found.entries}
    entries = [by_arm[arm.id] for arm in arranged(found.arms[name] for name in by_arm)]
    return [(entry, case) for entry in entries for case in entry.cases]


def _packets(network: Network) -> str:
    words = []
    if network.loss:
        words.append(f"dropped: {100 * network.loss:g} of 100")
    if network.delay_s:
        jitter = f" ± {1000 * network.jitter_s:g}" if network.jitter_s else ""
        words.append(f"delayed by {1000 * network.delay_s:g}{jitter} ms")
    return ", ".join(words) or NONE


def _cut(network: Network) -> str:
    if network.cut is None:
        return NONE
    if network.cut == "silent":
        return f"once, for {network.away_s:g} s; no packet passes, and nobody is told"
    least, most = plan.EVERY_S
    again = f"every {least:g} to {most:g} s"
    return f"for {network.away_s:g} s, {again}; the member's system ends its connection"


def _seconds(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"
