"""Two runs compared figure by figure: yesterday and today, their machine and ours."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.distributions import binomial_at_most
from bench.analysis.estimate import Estimate

TARGET = 0.95


@dataclass(frozen=True, slots=True)
class FigureComparison:
    """One figure of two runs: the second divided by the first.

    The ratio's interval knows the errors of both. `agrees` if it contains 1.
    """

    name: str
    first: Estimate
    second: Estimate
    ratio: Estimate

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the intervals."""
        return self.ratio.contains(1.0)


@dataclass(frozen=True, slots=True)
class RunComparison:
    """All figures that both runs have, and the names of those that only one has."""

    figures: tuple[FigureComparison, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    @property
    def agreeing(self) -> int:
        """How many figures agree."""
        return sum(figure.agrees for figure in self.figures)

    @property
    def share(self) -> float:
        """The share of figures that agree. With honest 95 % intervals, 0.95 is expected."""
        return self.agreeing / len(self.figures) if self.figures else 1.0

    @property
    def target_met(self) -> bool:
        """Whether at least 95 of 100 figures agree."""
        return self.share >= TARGET

    @property
    def p(self) -> float:
        """The probability of so few figures that agree, if the intervals are honest.

        It counts figures as independent. Those of one run share its machine and its starts, so in
        truth the number scatters more.
        """
        return binomial_at_most(self.agreeing, len(self.figures), TARGET)


def compare_runs(first: Mapping[str, Estimate], second: Mapping[str, Estimate]) -> RunComparison:
    """Compare the figures of two runs by their names, in the order of the first run."""
    return RunComparison(
        tuple(
            FigureComparison(name, first[name], second[name], second[name].over(first[name]))
            for name in first
            if name in second
        ),
        tuple(name for name in first if name not in second),
        tuple(name for name in second if name not in first),
    )
