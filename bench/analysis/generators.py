"""Whether two load generators report the same: paired ratios over rounds, and a word for each."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, geometric_mean
from typing import Final, Literal

import numpy as np

from bench.analysis.estimate import Estimate
from bench.envelope.generators import (
    GeneratorCapacity,
    GeneratorEntry,
    GeneratorLatency,
    GeneratorLoss,
    Loads,
    Tool,
)

REFERENCE: Final[Tool] = "ours"
FLOOR: Final = "picows"
"""The relay that answers at once: times at it are mostly the tool's own."""
SAME: Final = 1.1
"""The report's bound of "the same within 10 %"."""
NOISY: Final = 1.5
"""An interval that reaches farther than this says nothing."""

Verdict = Literal["agree", "same", "differ", "noisy"]


@dataclass(frozen=True, slots=True)
class Reported:
    """What one tool reports of one load at one arm; times in µs, means over rounds."""

    arm: str
    load: Loads
    tool: Tool
    mean_us: float
    p50_us: float
    p99_us: float
    from_send: bool
    """Whether times count from the send of a message, and not from its due time."""
    lost: int | None
    per_core_s: float
    """Deliveries for each CPU second of the tool."""
    mean: Estimate | None
    """This tool's mean divided by ours, with times that count from the same moment."""
    p99: Estimate | None
    """The same of p99; None if the times count from different moments."""
    more_us: float
    """By how much its mean is above ours, with times that count from the send."""
    later_us: float | None
    """By how much later than ours it sends a message that is due; None if it has no due time."""
    refused: int
    """Windows that do not count."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The capacity of one arm, in messages a second, by each tool."""

    arm: str
    rates: dict[Tool, float]
    ratio: Estimate | None
    """Independent ÷ ours."""
    refused: dict[Tool, str]
    """Why a tool's rounds do not count."""
    busiest: dict[Tool, float]
    """The largest share of a core that each tool used on a rung."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A certain loss, counted twice."""

    arm: str
    case: str
    rounds: int
    sent: int
    missing: dict[str, float]
    """The mean of what all members missed, by who counted."""
    exact: dict[str, int]
    """In how many rounds the count was what the server counted itself, by who counted."""
    ratio: Estimate | None
    """Independent ÷ the experiment `loss`."""


def verdict(ratio: Estimate | None) -> Verdict:
    """What a ratio of two tools' figures says."""
    if ratio is None:
        return "noisy"
    if ratio.contains(1.0) and ratio.low >= 1 / NOISY and ratio.high <= NOISY:
        return "agree"
    if ratio.low >= 1 / SAME and ratio.high <= SAME:
        return "same"
    return "noisy" if ratio.contains(1.0) else "differ"


def paired(above: Mapping[int, float], below: Mapping[int, float]) -> Estimate | None:
    """The ratio over the rounds that both have, with a t interval; None with fewer than two."""
    rounds = sorted(above.keys() & below.keys())
    values = [(above[each], below[each]) for each in rounds]
    if len(values) < 2 or any(min(pair) <= 0 for pair in values):
        return None
    logs = np.log([one / other for one, other in values])
    error = float(np.std(logs, ddof=1)) / math.sqrt(len(values))
    return Estimate(float(np.mean(logs)), error, len(values) - 1)


def reported(entries: Iterable[GeneratorEntry]) -> list[Reported]:
    """By arm, load and tool, in the order of the first round."""
    found: dict[tuple[str, Loads], dict[Tool, list[GeneratorLatency]]] = {}
    for each in entries:
        if isinstance(each, GeneratorLatency):
            by_tool = found.setdefault((each.arm, each.load), defaultdict(list))
            by_tool[each.tool].append(each)
    return [
        _reported(tool, by_tool[tool], by_tool.get(REFERENCE, []))
        for by_tool in found.values()
        for tool in by_tool
        if _counting(by_tool[tool])
    ]


def _counting(entries: Iterable[GeneratorLatency]) -> list[GeneratorLatency]:
    return [each for each in entries if each.refused is None]


def _reported(
    tool: Tool, every: Sequence[GeneratorLatency], reference: Sequence[GeneratorLatency]
) -> Reported:
    own, ours = _counting(every), _counting(reference)
    from_send = own[0].late_us is None
    lost = [each.lost for each in own if each.lost is not None]
    compare = _from_send if from_send else _from_due
    more = {each.round: each.from_send_us for each in own}
    less = {each.round: each.from_send_us for each in ours}
    common = more.keys() & less.keys()
    return Reported(
        arm=own[0].arm,
        load=own[0].load,
        tool=tool,
        mean_us=fmean(each.mean_us for each in own),
        p50_us=fmean(each.p50_us for each in own),
        p99_us=fmean(each.p99_us for each in own),
        from_send=from_send,
        lost=sum(lost) if lost else None,
        per_core_s=_per_core_s(own),
        mean=None if tool == REFERENCE else _ratio(own, ours, compare),
        p99=None if tool == REFERENCE or from_send else _ratio(own, ours, _p99),
        more_us=fmean(more[each] - less[each] for each in common) if common else math.nan,
        later_us=None if from_send else _later_us(own) - _later_us(ours),
        refused=len(every) - len(own),
    )


def _later_us(entries: Sequence[GeneratorLatency]) -> float:
    return fmean(each.late_us or 0.0 for each in entries) if entries else math.nan


def _per_core_s(entries: Sequence[GeneratorLatency]) -> float:
    cpu_s = sum(each.cpu_s for each in entries)
    return sum(each.deliveries for each in entries) / cpu_s if cpu_s else math.nan


def _ratio(
    own: Iterable[GeneratorLatency],
    ours: Iterable[GeneratorLatency],
    value: Callable[[GeneratorLatency], float],
) -> Estimate | None:
    return paired(
        {each.round: value(each) for each in own}, {each.round: value(each) for each in ours}
    )


def _from_send(entry: GeneratorLatency) -> float:
    return entry.from_send_us


def _from_due(entry: GeneratorLatency) -> float:
    return entry.mean_us


def _p99(entry: GeneratorLatency) -> float:
    return entry.p99_us


def carried(entries: Iterable[GeneratorEntry]) -> list[Carried]:
    """By arm, in the order of the entries."""
    found: dict[str, list[GeneratorCapacity]] = defaultdict(list)
    for each in entries:
        if isinstance(each, GeneratorCapacity):
            found[each.arm].append(each)
    return [_carried(arm, own) for arm, own in found.items()]


def _carried(arm: str, entries: Sequence[GeneratorCapacity]) -> Carried:
    rates: dict[Tool, dict[int, float]] = {each.tool: {} for each in entries}
    refused: dict[Tool, str] = {}
    busiest: dict[Tool, float] = {}
    for each in entries:
        most = max((step.busy for step in each.steps), default=0.0)
        busiest[each.tool] = max(most, busiest.get(each.tool, 0.0))
        if each.refused is not None:
            refused[each.tool] = each.refused
        elif each.highest:
            rates[each.tool][each.round] = each.highest
    means = {tool: geometric_mean(each.values()) for tool, each in rates.items() if each}
    ratio = paired(rates.get("independent", {}), rates.get(REFERENCE, {}))
    return Carried(arm, means, ratio, refused, busiest)


def missed(entries: Iterable[GeneratorEntry]) -> list[Missed]:
    """By arm, in the order of the entries."""
    found: dict[str, list[GeneratorLoss]] = defaultdict(list)
    for each in entries:
        if isinstance(each, GeneratorLoss):
            found[each.arm].append(each)
    return [_missed(arm, own) for arm, own in found.items()]


def _missed(arm: str, entries: Sequence[GeneratorLoss]) -> Missed:
    counts: dict[str, dict[int, float]] = defaultdict(dict)
    exact: dict[str, int] = defaultdict(int)
    for each in entries:
        missing = sum(each.missing.values())
        counts[each.by][each.round] = missing
        exact[each.by] += missing == each.dropped
    return Missed(
        arm=arm,
        case=entries[0].case,
        rounds=len({each.round for each in entries}),
        sent=max(each.sent for each in entries),
        missing={by: fmean(each.values()) for by, each in counts.items()},
        exact=dict(exact),
        ratio=paired(counts.get("independent", {}), counts.get("loss", {})),
    )


def own_time(entries: Iterable[Reported]) -> dict[Tool, float]:
    """By how many µs each tool's mean is above ours where the server answers at once."""
    return {each.tool: each.more_us for each in entries if each.arm == FLOOR}
