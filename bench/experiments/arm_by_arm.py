"""Experiments that measure one arm after another, and give one observation for each."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from bench.declared.arms import Arm
from bench.envelope.observation import Observation
from bench.experiments.experiment import Context, Say

Entry = TypeVar("Entry", bound=Observation)
OfArm = Callable[[Arm, float | None, int, Say], dict[str, Any]]


def arm_by_arm(name: str, kind: type[Entry], of_arm: OfArm) -> Callable[[Context], Iterator[Entry]]:
    """The `measure` of an experiment; an arm that the run has already is not measured again."""

    def measure(context: Context) -> Iterator[Entry]:
        done = {each.arm for each in context.done if isinstance(each, kind)}
        arms = [arm for arm in context.arms if arm.id not in done]
        for number, arm in enumerate(arms, start=1):
            context.say(f"[{number}/{len(arms)}] {name} {arm.id}")
            found = of_arm(arm, context.seconds, context.seed, context.say)
            yield entry(name, kind, arm, context, found)

    return measure


def entry(name: str, kind: type[Entry], arm: Arm, context: Context, found: dict[str, Any]) -> Entry:
    """What was found of an arm, as an observation."""
    base = {"kind": kind.__struct_config__.tag, "experiment": name, "arm": arm.id}
    return msgspec.convert(base | {"at_s": context.at_s()} | found, kind)
