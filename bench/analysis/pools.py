"""The most connections of a server process to its engines."""

from collections.abc import Iterable
from typing import Literal

from bench.envelope.pools import Pool, PoolsEntry

Engine = Literal["redis", "postgresql"]


def of_engine(pool: Pool, engine: Engine) -> int:
    """The connections to one engine."""
    return pool.redis if engine == "redis" else pool.postgresql


def most(entries: Iterable[PoolsEntry], engine: Engine) -> int:
    """The most connections to an engine in any phase of these arms; 0 without any."""
    return max((of_engine(pool, engine) for each in entries for pool in each.pools), default=0)
