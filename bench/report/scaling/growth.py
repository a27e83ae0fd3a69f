"""The sections on growth: members of a room, rooms, sizes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bench.analysis.arms import label
from bench.analysis.estimate import Difference, Estimate
from bench.analysis.growth import LARGE, SMALL, ArmGrowth, growths, same
from bench.analysis.plan_check import HeldOut, held_out
from bench.analysis.wording import count, factor, number
from bench.envelope.growth import GrowthSlot
from bench.envelope.run import ArmInfo
from bench.report.groups import arranged, heading
from bench.report.line_chart import Line, LineChart
from bench.report.looks import style_of
from bench.report.markdown import code, table

KIB: Final = 1024


def context(slots: Sequence[GrowthSlot], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of growth."""
    found = growths(slots)
    ordered = [found[arm.id] for arm in arranged(arms.values()) if arm.id in found]
    return {
        "members": _answer(ordered),
        "arms": len(ordered),
        "slots": count(len(slots)),
        "refused": sum(each.refused for each in ordered),
        "members_table": _members_table(ordered),
        "rooms_table": _rooms_table(ordered),
        "sizes_table": _sizes_table(ordered),
        "charts": charts(ordered, arms),
        "plan": _plan(list(held_out(found))),
    }


def _plan(checked: Sequence[HeldOut]) -> dict[str, str]:
    """How the plan predicts points that it has not seen; empty without any."""
    if not checked:
        return {}
    outside = [each for each in checked if not each.contained]
    missed = "; ".join(
        f"{code(each.arm)} in a room of {each.members} is predicted at "
        f"{factor(each.off)} times its measured cost"
        for each in outside
    )
    rows = [
        (
            code(each.arm),
            str(each.members),
            f"{number(each.predicted.value)} ({number(each.predicted.low)}"
            f"–{number(each.predicted.high)})",
            number(each.measured.value),
            factor(each.off),
        )
        for each in checked
    ]
    headers = ("arm", "members", "predicted, µs", "measured, µs", "predicted ÷ measured")
    return {
        "within": f"{count(len(checked) - len(outside))} of {count(len(checked))}",
        "missed": missed,
        "table": table(headers, rows),
    }


def charts(found: Sequence[ArmGrowth], arms: Mapping[str, ArmInfo]) -> list[LineChart]:
    """The cost of a delivery by the members of the room, a chart for each fan-out."""
    by_heading: dict[str, list[ArmGrowth]] = {}
    for each in found:
        fanout = "memory" if arms[each.arm].fanout == "memory" else "redis"
        by_heading.setdefault(fanout, []).append(each)
    names = {"memory": "in memory", "redis": "over Redis"}
    return [
        LineChart(
            f"growth-{fanout}",
            f"CPU of a delivery, {names[fanout]}",
            "members of the room, at 35 % of a core",
            "µs of CPU a delivery",
            tuple(_line(each, arms[each.arm]) for each in every),
        )
        for fanout, every in by_heading.items()
    ]


def _line(found: ArmGrowth, arm: ArmInfo) -> Line:
    points = tuple((x, e.value, e.low, e.high) for x, e in found.along("members").items())
    name = label(arm) if heading(arm) != "Over Redis pub/sub" else f"{label(arm)} · pub/sub"
    return Line(name, style_of(arm), points)


def _answer(found: Sequence[ArmGrowth]) -> list[str]:
    """A sentence for each verdict: the arms in which a larger room costs the same, less, more."""
    groups: dict[str, list[tuple[str, Estimate]]] = {"same": [], "more": [], "less": [], "open": []}
    for each in found:
        ratio = each.ratio("equal", LARGE, SMALL)
        if ratio is not None:
            groups[_verdict(ratio)].append((each.arm, ratio))
    words = {
        "same": "costs within 10 % of one in",
        "more": "costs more than one in",
        "less": "costs less than one in",
        "open": "may cost more or less (the interval contains 1) than one in",
    }
    return [
        f"**A delivery in a room of {LARGE} {words[verdict]} a room of {SMALL}:** "
        f"{', '.join(_named(arm, ratio) for arm, ratio in ratios)}."
        for verdict, ratios in groups.items()
        if ratios
    ]


def _verdict(ratio: Estimate) -> str:
    if same(ratio):
        return "same"
    if ratio.low > 1:
        return "more"
    return "less" if ratio.high < 1 else "open"


def _named(arm: str, ratio: Estimate) -> str:
    return f"{code(arm)} {factor(ratio.value)} ({factor(ratio.low)}–{factor(ratio.high)})"


def _members_table(found: Sequence[ArmGrowth]) -> str:
    rows = []
    for each in found:
        costs = each.along("members")
        rows.append(
            (
                code(each.arm),
                *(_cost(costs.get(members)) for members in (1, 10, 100, 1000)),
                _exponent(each.exponent("members", least=SMALL)),
                _ratio(each.ratio("equal", LARGE, SMALL)),
            )
        )
    headers = ("arm", "1", "10", "100", "1000", "exponent, 10 to 1000", "1000 ÷ 10")
    return table(headers, rows)


def _rooms_table(found: Sequence[ArmGrowth]) -> str:
    rows = []
    for each in found:
        costs = each.along("rooms")
        rows.append(
            (
                code(each.arm),
                *(_cost(costs.get(rooms)) for rooms in (1, 10, 100)),
                _exponent(each.exponent("rooms")),
            )
        )
    return table(("arm", "1 room", "10 rooms", "100 rooms", "exponent"), rows)


def _sizes_table(found: Sequence[ArmGrowth]) -> str:
    rows = []
    for each in found:
        texts, images = each.along("size"), each.along("size", "image")
        rows.append(
            (
                code(each.arm),
                *(_cost(texts.get(size)) for size in (100, 1000, 4000)),
                *(_cost(images.get(size * KIB)) for size in (16, 128, 1024)),
                _exponent(each.exponent("size", "image", least=128 * KIB)),
            )
        )
    sizes = ("100 B", "1 kB", "4 kB", "16 KiB image", "128 KiB image", "1 MiB image")
    return table(("arm", *sizes, "exponent, 128 KiB to 1 MiB"), rows)


def _cost(found: Estimate | None) -> str:
    return "–" if found is None else number(found.value)


def _exponent(found: Difference | None) -> str:
    return "–" if found is None else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def _ratio(found: Estimate | None) -> str:
    if found is None:
        return "–"
    return f"{factor(found.value)} ({factor(found.low)}–{factor(found.high)})"
