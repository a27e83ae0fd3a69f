"""What a run asks of the generator, and what it is given."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bench.load.options import MAX_RATE
from chat_core import protocol_limits

BUSY_LIMIT = 0.9
"""Share of one core above which the generator is the limit of the measurement."""
LATENESS_LIMIT_US = 50_000
"""99 of 100 messages must go out at most this long after their due time."""


Count = Annotated[int, Meta(ge=1)]
Rate = Annotated[float, Meta(ge=0, le=MAX_RATE)]
"""Messages a second of each user."""
Seconds = Annotated[float, Meta(ge=0)]


class Load(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The users of a cell, all of one kind."""

    user: Literal["Chatter", "Echo", "Idle"]
    users: Count
    room_size: Count = 1
    rate: Rate = 0.0
    payload: Annotated[int, Meta(ge=1, le=protocol_limits.TEXT_CODE_POINTS)] = 120
    """Bytes of text in a message."""


class Step(msgspec.Struct, frozen=True):
    """A window of measurement at one rate."""

    rate: Rate
    seconds: Seconds


class Stop(msgspec.Struct, frozen=True):
    """When rising steps end early."""

    p99_ms: float | None = None
    loss: bool = False
    """Whether one lost message ends the steps."""
    in_a_row: int = 1
    """This many steps above `p99_ms` in a row end the search: a single one may be bad luck."""

    def reached(self, steps: list[dict[str, Any]]) -> bool:
        """Whether the last steps exceed the limits."""
        if self.loss and steps[-1]["ledger"]["lost"]:
            return True
        last = steps[-self.in_a_row :]
        return len(last) == self.in_a_row and all(map(self._too_slow, last))

    def _too_slow(self, step: dict[str, Any]) -> bool:
        return self.p99_ms is not None and step["latency_us"]["p99"] > self.p99_ms * 1000


class Cell(msgspec.Struct, frozen=True):
    """One connect, and the windows at it."""

    url: str
    load: Load
    steps: list[Step]
    warmup_s: Seconds = 0.5
    stop: Stop | None = None
    drain_s: Seconds = 10.0
    """The longest wait, at the end of a step, for messages that are still on their way."""
    seed: int = 1


def generator_is_limit(step: dict[str, Any]) -> str | None:
    """The reason why a step measured the generator and not the server, or None."""
    return limit_reached(step["generator"]["busy"], step["lateness_us"]["p99"])


def limit_reached(busy: float, late_us: float) -> str | None:
    """The reason why the generator was the limit, from its share of a core and its p99 lateness."""
    if busy > BUSY_LIMIT:
        return f"the generator was the limit: it used {busy:.0%} of one core"
    if late_us > LATENESS_LIMIT_US:
        return (
            f"the generator was the limit: 1 in 100 messages went out {late_us / 1000:.0f} ms late"
        )
    return None


def step_result(step: Step, window: Any, cpu_s: float, wall_s: float) -> dict[str, Any]:
    """The raw result of a step."""
    ledger = window.tally.as_dict()
    return {
        "rate": step.rate,
        "seconds": wall_s,
        "sent": ledger.pop("sent"),
        "expected": ledger.pop("expected"),
        "ledger": ledger,
        "latency_us": window.latency.summary(),
        "lateness_us": window.lateness.summary(),
        "delivered_in_window": window.arrivals,
        "generator": {"cpu_s": cpu_s, "busy": cpu_s / wall_s},
    }
