"""Why a turn does not count."""

from typing import Final

from bench.experiments.speed.plan import Kind
from bench.load.orders import Turn

_LATE_US: Final = 10_000
"""A turn whose messages went out later than this (99 of 100) does not have the load meant."""


def refusal(turn: Turn, kind: Kind, users: int) -> str | None:
    """Why a turn of a group of `users` does not count, or None."""
    if turn.members < users:
        return f"{users - turn.members} of {users} members were cut"
    if not turn.counts.balanced:
        return "the ledger does not balance"
    if kind.load != "saturated" and turn.generator.late_p99_us > _LATE_US:
        late_ms = turn.generator.late_p99_us / 1000
        return f"the generator was the limit: 1 in 100 messages went out {late_ms:.0f} ms late"
    return None
