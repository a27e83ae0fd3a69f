"""`chatbench run --experiment loss`: every arm through every case, each in a fresh server."""

import asyncio
from collections.abc import Callable
from typing import Any

from bench.declared.arms import Arm
from bench.experiments.loss.plan import CASES, Case
from bench.experiments.loss.room import CaseRun
from bench.stack.observed_stack import SERVERS, ObservedStack

NAME = "loss"


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    if arm.kind != "chat":
        return "a baseline takes no images."
    if arm.server not in SERVERS:
        return "its server runs the chat in a process that is not observed."
    return None


def takes_part(arm: Arm, _: str) -> bool:
    """Whether the arm takes part if no arm is named: without a history nothing is sent again."""
    return can(arm) is None and arm.history == "off"


def of_arm(arm: Arm, _: float | None, __: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's observation."""
    found = []
    for case in CASES:
        with ObservedStack(arm, case.receive_buffer) as stack:
            found.append(asyncio.run(CaseRun(stack, case).run()))
        say(f"{arm.id}: {case.name}: {_words(case, found[-1])}")
    return {"cases": found}


def _words(case: Case, found: dict[str, Any]) -> str:
    parts = []
    for name, member in found["members"].items():
        lost = ", ".join(f"{count} {cause}" for cause, count in member["missing"].items())
        parts.append(f"{name} {member['arrived']}{f' ({lost})' if lost else ''}")
    grown = found["peak_mib"] - found["before_mib"]
    return f"{found['written']} of {case.count} sent; {'; '.join(parts)}; +{grown:.0f} MiB"
