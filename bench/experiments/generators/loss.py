"""A certain loss, counted by the code of the experiment `loss` and by the independent client."""

import asyncio
from collections.abc import Iterator
from typing import Any, Literal

from bench.declared.arms import Arm
from bench.envelope.generators import GeneratorLoss
from bench.experiments.generators import plan
from bench.experiments.generators.cells import Base
from bench.experiments.generators.tools import Tools
from bench.experiments.loss.room import CaseRun
from bench.stack.observed_stack import ObservedStack

By = Literal["loss", "independent"]
COUNTERS: tuple[By, ...] = ("loss", "independent")


def losses(arm: Arm, tools: Tools, order: Iterator[By], base: Base) -> Iterator[GeneratorLoss]:
    """Both counts, each in a fresh server. Raises BenchError."""
    case = plan.LOSS_CASE
    for by in order:
        with ObservedStack(arm, case.receive_buffer) as stack:
            sent, missing = _COUNTS[by](stack, tools)
            dropped = sum(stack.observed().dropped.values())
        yield GeneratorLoss(
            by=by,
            case=case.name,
            sent=sent,
            missing=missing,
            dropped=dropped,
            **base,
        )


def _by_loss(stack: ObservedStack, _: Tools) -> tuple[int, dict[str, int]]:
    found = asyncio.run(CaseRun(stack, plan.LOSS_CASE).run())
    missing = {name: sum(each["missing"].values()) for name, each in found["members"].items()}
    return found["written"], missing


def _by_independent(stack: ObservedStack, tools: Tools) -> tuple[int, dict[str, int]]:
    case = plan.LOSS_CASE
    asked: dict[str, Any] = {"count": case.count, "size": case.size, "stop_s": plan.LOSS_STOP_S}
    found = tools.ask("independent", {"url": stack.url, "drops": asked})
    missing = {name: each["missing"] for name, each in found["members"].items()}
    return found["sent"], missing


_COUNTS = {"loss": _by_loss, "independent": _by_independent}
