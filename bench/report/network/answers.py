"""The answers, in sentences chosen by the figures."""

from bench.analysis.network import behind, delivered, networks
from bench.analysis.wording import count, number, percent
from bench.envelope.network import NetworkEntry
from bench.envelope.run import Found


def losses(found: Found[NetworkEntry]) -> str:
    """Whether a bad network loses messages, without a history and with one."""
    said = [
        _losses(found, history=history, title=title)
        for history, title in ((True, "With a history"), (False, "Without one"))
    ]
    return " ".join(each for each in said if each)


def _losses(found: Found[NetworkEntry], *, history: bool, title: str) -> str:
    every = [
        (network, delivered(behind(found.entries, found.arms, network, history=history)))
        for network in networks(found.entries)
    ]
    measured = [(network, each) for network, each in every if each is not None]
    if not measured:
        return ""
    expected = sum(each.expected for _, each in measured)
    lost = sum(each.lost for _, each in measured)
    replayed = sum(each.replayed for _, each in measured)
    if lost == 0:
        more = f", {count(replayed)} of them replayed after a reconnect" if replayed else ""
        return f"**{title}, nothing is lost:** all {count(expected)} deliveries came{more}."
    where = "; ".join(
        f"{network.name}: {share(each.share.value)} came"
        f" [{share(max(0.0, each.share.low))}, {share(min(1.0, each.share.high))}]"
        for network, each in measured
        if each.lost
    )
    by_cuts = all(network.cut for network, each in measured if each.lost)
    what = "a cut loses what is sent meanwhile" if by_cuts else "messages are lost"
    return f"**{title}, {what}:** {count(lost)} of {count(expected)} deliveries ({where})."


def latencies(found: Found[NetworkEntry]) -> str:
    """What lost and delayed packets do to messages."""
    quiet = [network for network in networks(found.entries) if network.cut is None]
    if not any(network.loss for network in quiet):
        return ""
    packets, dropped, lost, worst = 0, 0, 0, 0.0
    for entry in found.entries:
        for case in entry.cases:
            if case.network.loss:
                packets += case.packets
                dropped += case.dropped
                lost += sum(each.lost for each in case.received)
                worst = max(worst, case.latency.p99)
    verdict = "**No message is lost with a packet.**" if lost == 0 else "**Messages are lost.**"
    return (
        f"{verdict} {count(dropped)} of {count(packets)} packets were dropped, and {count(lost)} "
        f"messages did not come; 99 of 100 messages came within {number(worst / 1000)} ms in every "
        "arm."
    )


def recoveries(found: Found[NetworkEntry]) -> list[str]:
    """How soon members hear again, one sentence for each kind of cut."""
    said = []
    for network in networks(found.entries):
        outages = [
            each
            for entry in found.entries
            for case in entry.cases
            if case.network.name == network.name
            for each in case.outages
        ]
        heard = [each.heard_after_s for each in outages if each.heard_after_s is not None]
        if heard:
            back = sum(each.reconnected for each in outages)
            said.append(
                f"**{network.name}:** members heard again {number(min(heard))} to "
                f"{number(max(heard))} s after the end of the cut; {count(back)} of "
                f"{count(len(outages))} times over a new connection."
            )
    return said


def share(value: float) -> str:
    """A share of deliveries, in per cent: 100 % only if nothing is missing."""
    shown = f"{100 * value:.1f}"
    if shown == "100.0" and value < 1:
        return "more than 99.9 %"
    return "100 %" if value == 1 else percent(value) if value < 0.0995 else f"{shown} %"
