"""Claims answered from the figures: the code picks the phrase, no person types it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis.comparisons import Analysis, Finding, Metric
from bench.analysis.statistics import Estimate
from bench.analysis.wording import count, extremes
from bench.envelope.run import ArmInfo

_NO_ARMS = "the run does not have the arms"

Answer = Literal["holds", "does not hold", "depends", "no difference shown", "not measured"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim, its answer, and the figures behind the answer."""

    key: str
    claim: str
    answer: Answer
    figures: str

    @property
    def line(self) -> str:
        """The verdict as one line of Markdown."""
        tail = f": {self.figures}" if self.figures else ""
        return f"**{self.claim}** — {self.answer}{tail}."


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim that holds if the first arm has the larger value in every pair with this tag."""

    key: str
    tag: str
    metric: Metric
    text: str
    what: str
    swapped: bool = False


_CLAIMS = (
    _Claim(
        "framework",
        "framework",
        "cpu",
        "In a room of 100, a delivery costs Channels more CPU than FastAPI",
        "Channels takes",
    ),
    _Claim(
        "alone",
        "framework",
        "cpu alone",
        "Alone in a room, a round trip costs Channels more CPU than FastAPI",
        "Channels takes",
    ),
    _Claim(
        "server",
        "server-standard",
        "cpu",
        "A delivery costs Daphne more CPU than uvicorn",
        "Daphne takes",
    ),
    _Claim(
        "fan-out",
        "over-redis",
        "cpu",
        "Going over Redis costs more CPU than staying in memory, Redis' own included",
        "it takes",
    ),
    _Claim(
        "core-layer",
        "core-layer",
        "cpu",
        "Channels' core Redis layer costs more CPU than its pub/sub layer",
        "the core layer takes",
    ),
    _Claim(
        "tutorial",
        "tutorial",
        "cpu",
        "The standard chat costs more CPU than the tutorials' code",
        "the standard chat takes",
    ),
    _Claim(
        "latency",
        "framework",
        "p99",
        "At an equal load, Channels' p99 latency is longer than FastAPI's",
        "Channels' is",
    ),
    _Claim(
        "capacity",
        "framework",
        "capacity",
        "At p99 ≤ 100 ms with nothing lost, FastAPI carries more deliveries a second than Channels",
        "FastAPI carries",
        swapped=True,
    ),
)


def verdicts(analysis: Analysis, arms: Sequence[ArmInfo]) -> list[Verdict]:
    """Every verdict, in the order of the pages."""
    simple = {claim.key: _simple(claim, analysis) for claim in _CLAIMS}
    order = ("alone", "server", "fan-out", "core-layer", "tutorial", "latency", "capacity")
    rest = [simple[key] for key in order]
    return [simple["framework"], _layer(analysis), *rest, _loss(analysis, arms)]


def worth(analysis: Analysis) -> list[str]:
    """The CPU factor per delivery of each part of a stack, the largest factor first."""
    parts = (
        ("a hop through layer and thread for each delivery", "layer"),
        ("what is left between the frameworks without it", "tuned"),
        ("a task switch for each delivery of FastAPI", "switch"),
        ("the server", "server-standard"),
        ("Redis instead of memory", "over-redis"),
        ("the standard chat instead of the tutorials'", "tutorial"),
    )
    ranked = []
    for name, tag in parts:
        known = [f for f in analysis.select(tag, "cpu") if f.value is not None]
        if known:
            ranked.append((-max(_size(f) for f in known), f"{name}: {extremes(known)}"))
    return [text for _, text in sorted(ranked)]


def decide(findings: Sequence[Finding]) -> Answer:
    """Whether the first arm has the larger value in all, in some or in none of the pairs."""
    known = [found for found in findings if found.value is not None and not found.reason]
    if not known:
        return "not measured"
    more = sum(found.more for found in known)
    if more:
        return "holds" if more == len(known) else "depends"
    return "does not hold" if any(found.less for found in known) else "no difference shown"


def decide_layer(pairs: Sequence[tuple[Finding, Finding]]) -> Answer:
    """Whether the layer costs more than the rest of the difference between the frameworks.

    Each pair holds the layer's factor, and the factor between the frameworks without the layer.
    """
    answers = {_decide_layer(*pair) for pair in pairs} - {"not measured"}
    if not answers:
        return "not measured"
    return answers.pop() if len(answers) == 1 else "depends"


def _decide_layer(layer: Finding, rest: Finding) -> Answer:
    if not _has_interval(layer) or not _has_interval(rest):
        return "not measured"
    if not layer.more:
        return "does not hold"
    if not rest.more:
        return "holds"
    above, below = _bounds(layer), _bounds(rest)
    if above[0] > below[1]:
        return "holds"
    return "does not hold" if below[0] > above[1] else "depends"


def _simple(claim: _Claim, analysis: Analysis) -> Verdict:
    found = analysis.select(claim.tag, claim.metric)
    if claim.swapped:
        found = [finding.swapped for finding in found]
    answer = decide(found)
    figures = extremes(found)
    if answer == "not measured":
        reasons = sorted({f.reason for f in found if f.reason})
        figures = "; ".join(reasons) or _NO_ARMS
    else:
        figures = f"{claim.what} {figures}{_left_out(found)}"
    return Verdict(claim.key, claim.text, answer, figures)


def _left_out(findings: Sequence[Finding]) -> str:
    """The pairs without a figure, and why, as the end of a sentence."""
    absent = [f"{f.pair.where}: {f.reason}" for f in findings if f.value is None]
    return f"; not compared: {'; '.join(absent)}" if absent else ""


def _layer(analysis: Analysis) -> Verdict:
    claim = "Most of what Channels costs is the hop through layer and thread for each delivery"
    rests = {f.pair.above.id: f for f in analysis.select("tuned", "cpu")}
    layers = analysis.select("layer", "cpu")
    found = [(f, rests[f.pair.below.id]) for f in layers if f.pair.below.id in rests]
    answer = decide_layer(found)
    if answer == "not measured":
        reasons = {part.reason for pair in found for part in pair if part.reason}
        return Verdict("layer", claim, answer, "; ".join(sorted(reasons)) or _NO_ARMS)
    with_layer, without = [f for f, _ in found], [f for _, f in found]
    text = (
        f"with it Channels takes {extremes(with_layer)} what it takes with one hop a process "
        f"(`tuned`), which in turn is {extremes(without)} what FastAPI takes"
    )
    return Verdict("layer", claim, answer, text + _left_out([*with_layer, *without]))


def _loss(analysis: Analysis, arms: Sequence[ArmInfo]) -> Verdict:
    claim = "At the equal load nothing is lost, doubled or reordered"
    chats = {arm.id for arm in arms if arm.kind == "chat"}
    tables = (analysis.room, analysis.echo)
    books = [(arm, f.ledger) for table in tables for arm, f in table.items() if arm in chats]
    if not books:
        return Verdict("loss", claim, "not measured", _NO_ARMS)
    bad: dict[str, int] = {}
    for arm, book in books:
        faults = book.lost + book.duplicates + book.reordered
        if faults:
            bad[arm] = bad.get(arm, 0) + faults
    expected = count(sum(book.expected for _, book in books))
    if not bad:
        return Verdict("loss", claim, "holds", f"{expected} deliveries expected, all arrived once")
    named = ", ".join(f"{count(faults)} by `{arm}`" for arm, faults in sorted(bad.items()))
    clean = {arm for arm, _ in books} - bad.keys()
    answer: Answer = "depends" if clean else "does not hold"
    return Verdict("loss", claim, answer, f"of {expected} deliveries, {named}")


def _size(found: Finding) -> float:
    return abs(math.log(found.value.value)) if found.value and found.value.value > 0 else 0.0


def _has_interval(found: Finding) -> bool:
    return isinstance(found.value, Estimate) and found.value.low is not None


def _bounds(found: Finding) -> tuple[float, float]:
    value = found.value
    if value is None or value.low is None or value.high is None:
        return (0.0, math.inf)
    return (value.low, value.high)
