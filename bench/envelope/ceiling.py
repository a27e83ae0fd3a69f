"""The experiment `ceiling`: what the load generator itself can take."""

import msgspec

from bench.envelope.observation import Observation


class CeilingRate(msgspec.Struct, frozen=True):
    """Deliveries that a generator receives from the C relay, per second of its CPU and by clock."""

    deliveries_per_core_s: float
    deliveries_s: float | None = None


class CeilingFound(Observation, frozen=True, kw_only=True, tag="ceiling"):
    """The ceilings of this generator and of the usual Locust recipe.

    `relay_joined` is this generator with a relay that joins frames into one write.
    """

    relay: CeilingRate
    relay_joined: CeilingRate | None = None
    recipe: CeilingRate | None = None
    ratio: float | None = None
