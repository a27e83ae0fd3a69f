"""The experiment `planted`: turns of one program in several stacks, one of which does more."""

from bench.envelope.speed import ShortTurn


class PlantedSlot(ShortTurn, frozen=True, kw_only=True, tag="planted"):
    """A short turn; `arm` is ARM#1, ARM#2 and so on. ARM#1 has more members than `room` says."""

    told: float
    """The deliveries that the analysis is told of."""
