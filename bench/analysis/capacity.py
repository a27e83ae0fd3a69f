"""Capacity: the most deliveries a second at p99 ≤ 100 ms with nothing lost.

The load rises in steps. It stops at a step that loses a message, or after two slow steps in a row.
So a capacity is known only as a bracket: the last step that passed, and the first step above it
that failed. A slow step below a step that passed counts as bad luck, because a window holds few
messages. A loss never counts as bad luck. The bracket has no upper end where no step above failed,
or where the generator was the limit in the failed step. The capacity is then "at least" the lower
end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.analysis.figures import by_arm, steps_of
from bench.envelope.runs import Cell, Step
from bench.load.cell import BUSY_LIMIT, LATENESS_LIMIT_US

P99_LIMIT_US = 100_000


@dataclass(frozen=True, slots=True)
class Capacity:
    """Deliveries a second: the median of the repeats' last passing steps, and its bracket.

    `low` is the lowest last passing step of any repeat (0 if not even the first step passed).
    `high` is the highest failing step (None: no limit was found). `limits` names what failed,
    sorted.
    """

    value: float
    low: float
    high: float | None
    limits: tuple[str, ...]
    n: int


@dataclass(frozen=True, slots=True)
class Bracket:
    """A quotient of two capacities, between `low` and `high` (None: no upper end)."""

    value: float
    low: float
    high: float | None

    @property
    def inverse(self) -> "Bracket":
        """The bracket of 1/x."""
        return Bracket(1 / self.value, 1 / self.high if self.high else 0.0, _inverse(self.low))


@dataclass(frozen=True, slots=True)
class _Search:
    passed: float
    failed: float | None
    limit: str | None


def capacities(cells: Sequence[Cell]) -> dict[str, Capacity]:
    """The capacity of every arm with a capacity search, by arm id."""
    return {arm: _capacity(found) for arm, found in by_arm(cells, "capacity").items()}


def quotient(above: Capacity, below: Capacity) -> Bracket | None:
    """The capacity of `above` divided by the capacity of `below`; None where one of them is 0."""
    if not above.value or not below.value:
        return None
    low = above.low / below.high if below.high else 0.0
    high = above.high / below.low if above.high and below.low else None
    return Bracket(above.value / below.value, low, high)


def _inverse(low: float) -> float | None:
    return 1 / low if low else None


def _capacity(cells: Sequence[Cell]) -> Capacity:
    searches = [_search(steps_of(cell)) for cell in cells]
    failed = [search.failed for search in searches]
    highs = [value for value in failed if value is not None]
    return Capacity(
        value=median(search.passed for search in searches),
        low=min(search.passed for search in searches),
        high=max(highs) if len(highs) == len(failed) else None,
        limits=tuple(sorted({search.limit for search in searches if search.limit})),
        n=len(searches),
    )


def _search(steps: Sequence[Step]) -> _Search:
    rising = sorted(steps, key=lambda step: step.rate)
    limits = [_limit(step) for step in rising]
    lossless = limits.index("loss") if "loss" in limits else len(limits)
    above = 1 + max(
        (place for place, limit in enumerate(limits[:lossless]) if limit is None), default=-1
    )
    passed = max(
        (step.delivered_in_window / step.seconds for step in rising[:above] if not _limit(step)),
        default=0.0,
    )
    if above == len(rising):
        return _Search(passed, None, None)
    if _generator_was_limit(rising[above]):
        return _Search(passed, None, "generator")
    offered = rising[above].expected / rising[above].seconds
    return _Search(passed, max(offered, passed), limits[above])


def _generator_was_limit(step: Step) -> bool:
    """Whether the generator was the limit, so that a failed step says nothing about the server."""
    return step.generator.busy > BUSY_LIMIT or step.lateness_us.p99 > LATENESS_LIMIT_US


def _limit(step: Step) -> str | None:
    """The limit that a failed step exceeded; None for a step that passed."""
    if step.ledger.lost or not step.ledger.balanced:
        return "loss"
    if not step.latency_us.count or step.latency_us.p99 > P99_LIMIT_US:
        return "p99"
    return None
