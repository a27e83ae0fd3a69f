"""The section on several server processes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bench.analysis.estimate import Estimate
from bench.analysis.scale import ROOM, ArmScale, Predicted, scales
from bench.analysis.wording import count, factor, number, percent
from bench.envelope.run import ArmInfo
from bench.envelope.scale import ScaleSlot
from bench.report.groups import arranged
from bench.report.markdown import code, table

_CORES: Final = (1, 4, 16, 64)
_ALL: Final = 0.9999
_PARTS: Final = {"servers": "the servers", "broker": "the broker"}


def context(slots: Sequence[ScaleSlot], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of several processes."""
    found = scales(slots)
    ordered = [found[arm.id] for arm in arranged(arms.values()) if arm.id in found]
    alone = [each for each in ordered if arms[each.arm].fanout == "memory"]
    together = [each for each in ordered if arms[each.arm].fanout != "memory"]
    return {
        "room": ROOM,
        "most": max(max(each.workers) for each in ordered),
        "reached": [*_reached(alone, "Without a broker"), *_reached(together, "With a broker")],
        "reached_table": _reached_table(ordered),
        "cost_table": _cost_table(together),
        "predicted_table": _predicted_table(together),
        "line_checks": _line_checks(together),
        "slots": count(len(slots)),
    }


def _reached(found: Sequence[ArmScale], where: str) -> list[str]:
    """Which share of the members got the messages, with the most processes."""
    if not found:
        return []
    most = max(found[0].workers)
    shares = sorted((each.reached(most).share, each.arm) for each in found)
    (least, lowest), (best, highest) = shares[0], shares[-1]
    if least >= _ALL:
        return [f"**{where}, all of them:** with {most} processes every delivery came."]
    return [
        f"**{where}, no:** with {most} processes {percent(least)} ({code(lowest)}) to "
        f"{percent(best)} ({code(highest)}) of the deliveries came."
    ]


def _reached_table(found: Sequence[ArmScale]) -> str:
    rows = []
    for each in found:
        for workers in each.workers:
            reached = each.reached(workers)
            rows.append(
                (
                    code(each.arm),
                    str(workers),
                    ", ".join(map(str, each.by_worker(workers))),
                    percent(reached.share),
                    count(reached.duplicates),
                    count(reached.reordered),
                )
            )
    headers = ("arm", "processes", "connections of each", "came", "twice", "out of order")
    return table(headers, rows)


def _cost_table(found: Sequence[ArmScale]) -> str:
    rows = []
    for each in found:
        most = max(each.workers)
        rows.append(
            (
                code(each.arm),
                *(number(each.server_us(workers)) for workers in (1, most)),
                *(number(each.broker_us(workers)) for workers in (1, most)),
                _ratio(each.ratio(most)),
            )
        )
    most = max((max(each.workers) for each in found), default=0)
    headers = (
        "arm",
        "servers: 1",
        f"servers: {most}",
        "broker: 1",
        f"broker: {most}",
        f"all: {most} ÷ 1",
    )
    return table(headers, rows)


def _predicted_table(found: Sequence[ArmScale]) -> str:
    rows = []
    for each in found:
        predicted = [each.predicted(cores) for cores in _CORES]
        first = next((p.processes for p in map(each.predicted, range(1, 257)) if _broken(p)), None)
        rows.append(
            (
                code(each.arm),
                *(_rate(each.deliveries) for each in predicted),
                "more than 256" if first is None else str(first),
            )
        )
    headers = (
        "arm",
        *(f"{cores} core{'s' if cores > 1 else ''}" for cores in _CORES),
        "the broker is the limit from, processes",
    )
    return table(headers, rows)


def _line_checks(found: Sequence[ArmScale]) -> str:
    """Whether straight lines hold: the costs with the most processes, from those with fewer."""
    checks = [(each.arm, check) for each in found for check in each.checks()]
    if not checks:
        return ""
    sentences = []
    for part, name in _PARTS.items():
        ours = [(arm, check.ratio) for arm, check in checks if check.part == part]
        if ours:
            arm, worst = max(ours, key=lambda each: abs(each[1].log))
            within = sum(ratio.contains(1.0) for _, ratio in ours)
            sentences.append(
                f"For {name}, the interval of predicted ÷ measured contains 1 in {within} of "
                f"{len(ours)} arms; the farthest is {code(arm)} with {_ratio(worst)}."
            )
    return " ".join(sentences)


def _rate(found: Estimate) -> str:
    return f"{number(found.value)} ({number(found.low)}–{number(found.high)})"


def _broken(predicted: Predicted) -> bool:
    return predicted.end == "broker"


def _ratio(found: Estimate) -> str:
    return f"{factor(found.value)} ({factor(found.low)}–{factor(found.high)})"
