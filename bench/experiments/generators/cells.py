"""What the tools are asked, and what is read of their answers."""

from collections.abc import Sequence
from typing import Any, Final

from bench.envelope.generators import CapacityStep, GeneratorCapacity, GeneratorLatency
from bench.experiments.generators import plan
from bench.experiments.generators.plan import Crowd
from bench.load.cell import generator_is_limit, limit_reached

Base = dict[str, Any]
"""The fields of an observation that its kinds have in common."""
_LIMIT_US: Final = plan.P99_MS * 1000


def steady(url: str, crowd: Crowd, seed: int) -> dict[str, Any]:
    """One window at a steady rate."""
    rate = crowd.rate / crowd.users
    return {
        "url": url,
        "load": _load(crowd, rate),
        "warmup_s": plan.WARM_UP_S,
        "steps": [{"rate": rate, "seconds": plan.WINDOW_S}],
        "seed": seed,
    }


def rising(
    url: str, rates: Sequence[float], seconds: float, in_a_row: int, seed: int
) -> dict[str, Any]:
    """Windows at rising rates of all members together, until the limits are passed."""
    each = [rate / plan.CLIMB.users for rate in rates]
    return {
        "url": url,
        "load": _load(plan.CLIMB, each[0]),
        "warmup_s": plan.RUNG_WARM_UP_S,
        "steps": [{"rate": rate, "seconds": seconds} for rate in each],
        "stop": {"p99_ms": plan.P99_MS, "loss": True, "in_a_row": in_a_row},
        "seed": seed,
    }


def latency(step: dict[str, Any], crowd: Crowd, base: Base) -> GeneratorLatency:
    """What a tool's window says."""
    took, late = step["latency_us"], step.get("lateness_us")
    return GeneratorLatency(
        rate=crowd.rate,
        deliveries=step["delivered_in_window"],
        mean_us=took["mean"],
        p50_us=took["p50"],
        p99_us=took["p99"],
        cpu_s=step["generator"]["cpu_s"],
        late_us=None if late is None else late["mean"],
        lost=step["ledger"]["lost"] if "ledger" in step else None,
        refused=_refused(step),
        **base,
    )


def capacity(steps: Sequence[dict[str, Any]], base: Base) -> GeneratorCapacity:
    """The highest rung within the limits."""
    rungs = [
        CapacityStep(
            rate=step["rate"] * plan.CLIMB.users,
            p99_us=step["latency_us"]["p99"],
            lost=step["ledger"]["lost"],
            busy=step["generator"]["busy"],
        )
        for step in steps
    ]
    carried = [rung.rate for rung in rungs if _within(rung)]
    return GeneratorCapacity(
        highest=max(carried, default=0.0),
        steps=rungs,
        refused=next(filter(None, map(generator_is_limit, steps)), _too_low(rungs)),
        **base,
    )


def _within(rung: CapacityStep) -> bool:
    return rung.p99_us <= _LIMIT_US and not rung.lost


def _too_low(rungs: Sequence[CapacityStep]) -> str | None:
    if len(rungs) == plan.RUNGS and _within(rungs[-1]):
        return "the chat carried the last rung of the ladder"
    return None


def found_by_search(steps: Sequence[dict[str, Any]]) -> float:
    """The highest rate of the search within the limits; the first rate if there was none."""
    rates = [
        step["rate"] * plan.CLIMB.users
        for step in steps
        if step["latency_us"]["p99"] <= _LIMIT_US and not step["ledger"]["lost"]
    ]
    return max(rates, default=plan.CLIMB.rate)


def _load(crowd: Crowd, rate: float) -> dict[str, Any]:
    return {
        "user": "Chatter",
        "users": crowd.users,
        "room_size": crowd.room_size,
        "rate": rate,
        "payload": plan.PAYLOAD,
    }


def _refused(step: dict[str, Any]) -> str | None:
    if "lateness_us" in step:
        return generator_is_limit(step)
    return limit_reached(step["generator"]["busy"], 0.0)
