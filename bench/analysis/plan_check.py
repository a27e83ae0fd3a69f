"""The plan against measurements that it has not seen.

Each arm is predicted without one measured point, and with errors from the other arms alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.analysis.cost_curve import spread_of
from bench.analysis.estimate import Estimate
from bench.analysis.growth import ArmGrowth
from bench.analysis.sizing import by_members


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The cost of a delivery at one point, in µs: predicted without it, and measured."""

    arm: str
    members: int
    predicted: Estimate
    measured: Estimate

    @property
    def off(self) -> float:
        """The prediction divided by the measurement."""
        return self.predicted.value / self.measured.value

    @property
    def contained(self) -> bool:
        """Whether the interval of the prediction contains the measured value."""
        return self.predicted.contains(self.measured.value)


def held_out(found: Mapping[str, ArmGrowth]) -> Iterator[HeldOut]:
    """Each arm at each room between two others."""
    curves = {arm: by_members(growth) for arm, growth in found.items()}
    for arm, curve in curves.items():
        spread = spread_of(other for name, other in curves.items() if name != arm)
        for members in curve.inner:
            predicted = curve.without(members).at(members, spread)
            yield HeldOut(arm, members, predicted, curve.costs[members])
