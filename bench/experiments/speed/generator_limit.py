"""How many deliveries a second a turn may ask of the generator."""

from collections.abc import Sequence
from typing import Final

from bench.envelope.ceiling import CeilingFound
from bench.envelope.kinds import AnyObservation

_PART: Final = 0.5
"""The largest part of the generator's ceiling that a turn may ask for."""
_USUAL_CEILING: Final = 100_000.0
"""Deliveries a second, where the run measured no ceiling."""


def generator_limit(done: Sequence[AnyObservation]) -> float:
    """Deliveries a second that a turn may ask for, by the ceiling that this run measured."""
    found = [each.relay.deliveries_s for each in done if isinstance(each, CeilingFound)]
    return _PART * (found[-1] if found and found[-1] is not None else _USUAL_CEILING)
