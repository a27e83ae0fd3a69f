"""The section on members that vanish: figures in, sentences, table and chart out."""

from collections.abc import Sequence
from typing import Any, Final

from bench.analysis.arms import SERVERS, framework, label
from bench.analysis.vanished import SILENT, Noticed, noticed, of_ways
from bench.analysis.wording import count, number
from bench.envelope.run import ArmInfo, Found
from bench.envelope.vanished import VanishedEntry, Way
from bench.report.charts import Chart, Row
from bench.report.groups import arranged
from bench.report.markdown import code, table

NONE: Final = "–"
_WAYS: Final[dict[Way, str]] = {
    "ended": "its program ended",
    "frozen": "its program froze",
    "cut": "its network was cut",
}

Measured = Sequence[tuple[ArmInfo, VanishedEntry]]


def context(found: Found[VanishedEntry]) -> dict[str, Any]:
    """What the page says of it."""
    by_arm = {entry.arm: entry for entry in found.entries}
    measured = [(arm, by_arm[arm.id]) for arm in arranged(found.arms[name] for name in by_arm)]
    return {
        "answers": [
            said for said in (_told(measured), _silent(measured), _never(measured)) if said
        ],
        "table": _table(measured),
        "chart": _chart(measured),
        "members": max(noticed([case]).members for each in found.entries for case in each.cases),
        "waited_s": found.entries[0].waited_s,
        "arms": len(found.entries),
    }


def _told(measured: Measured) -> str:
    """Members whose connection ended with their program."""
    each = noticed(of_ways((entry for _, entry in measured), ["ended"]))
    if each.latest is None:
        return ""
    missing = f"; {count(each.unnoticed)} were not noticed" if each.unnoticed else ""
    return (
        f"**A program that ends is noticed within {number(1000 * each.latest)} ms,** on every "
        f"server ({count(each.members)} members{missing})."
    )


def _silent(measured: Measured) -> str:
    """Members that went without a sign, on the servers that notice them."""
    seeing = [each for each in measured if _sees(each[1])]
    each = noticed(of_ways((entry for _, entry in seeing), SILENT))
    if each.soonest is None or each.latest is None:
        return ""
    missing = f"; {count(each.unnoticed)} were not noticed" if each.unnoticed else ""
    return (
        f"**A member that goes without a sign stays in the list for {number(each.soonest)} to "
        f"{number(each.latest)} s** on {_servers(seeing)}: these servers send pings, and end a "
        f"connection that does not answer ({_medians(seeing)}){missing}."
    )


def _medians(measured: Measured) -> str:
    """'in the median 29.1 s after its program froze, and 30.2 s after …'."""
    said = [
        f"{number(each.median)} s after {_WAYS[way]}"
        for way in SILENT
        for each in (noticed(of_ways((entry for _, entry in measured), [way])),)
        if each.median is not None
    ]
    return f"in the median {', and '.join(said)}"


def _never(measured: Measured) -> str:
    """The servers that notice none of them."""
    blind = [each for each in measured if not _sees(each[1])]
    if not blind:
        return ""
    each = noticed(of_ways((entry for _, entry in blind), SILENT))
    return (
        f"**On {_servers(blind)}, nobody is told:** after {blind[0][1].waited_s:g} s, "
        f"{count(each.unnoticed)} of {count(each.members)} members were still in the list. These "
        "servers send no pings, or do not wait for the answers."
    )


def _sees(entry: VanishedEntry) -> bool:
    """Whether a server notices members that go without a sign."""
    return noticed(of_ways([entry], SILENT)).soonest is not None


def _servers(measured: Measured) -> str:
    names = sorted({SERVERS.get(arm.server, arm.server) for arm, _ in measured})
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _table(measured: Measured) -> str:
    rows = [
        (code(arm.id), _WAYS[case.way], count(each.members), count(each.unnoticed), *_times(each))
        for arm, entry in measured
        for case in entry.cases
        for each in (noticed([case]),)
    ]
    headers = ("arm", "the member", "members", "unnoticed", "soonest, s", "median, s", "latest, s")
    return table(headers, rows, words=2)


def _times(each: Noticed) -> tuple[str, ...]:
    times = (each.soonest, each.median, each.latest)
    return tuple(NONE if seconds is None else number(seconds) for seconds in times)


def _chart(measured: Measured) -> Chart:
    rows = []
    for way in SILENT:  # milliseconds on the same axis would hide what these differ in
        for arm, entry in measured:
            each = noticed(of_ways([entry], [way]))
            if each.soonest is None or each.latest is None:
                continue
            soonest, latest = each.soonest, each.latest
            text = f"{number(soonest)} – {number(latest)}"
            group = f"{_WAYS[way][0].upper()}{_WAYS[way][1:]}"
            rows.append(
                Row(group, label(arm), framework(arm), latest, latest, latest, text, soonest)
            )
    return Chart(
        "network-gone",
        "Until the others see that a member is gone",
        "seconds, hollow the soonest, filled the latest",
        tuple(rows),
    )
