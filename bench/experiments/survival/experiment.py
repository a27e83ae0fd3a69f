"""`chatbench run --experiment survival`: each arm through a large plan."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench.declared.arms import Arm
from bench.experiments.survival.plan import LARGE, draw
from bench.experiments.survival.run import Survival
from bench.stack.stack import BENCHMARK_SETTINGS, Stack


def can(arm: Arm) -> str | None:
    """The reason why an arm cannot take part, or None."""
    if arm.needs_redis and arm.history == "postgresql":
        return None
    return "it takes an arm over Redis with its history in PostgreSQL, both of which are restarted."


def takes_part(arm: Arm, _: str) -> bool:
    """Whether the arm takes part if no arm is named."""
    return can(arm) is None


def of_arm(
    arm: Arm, seconds: float | None, seed: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """One arm's observation."""
    plan = draw(seed, LARGE if seconds is None else replace(LARGE, seconds=seconds))
    environ = BENCHMARK_SETTINGS
    with Stack(arm, workers=plan.size.workers, environ=environ) as stack:
        survival = Survival(stack, plan)
        evidence = asyncio.run(survival.run())
    report = survival.report(evidence)
    verdict = "survived" if report["survived"] else f"{len(report['violations'])} violations"
    say(
        f"{arm.id}: {report['acknowledged']} of {report['sent']} acknowledged, "
        f"{report['counts'].get('cuts', 0)} cuts, {len(report['faults'])} faults: {verdict}"
    )
    return {"plan": plan.as_dict()} | report
