"""`chatbench run --experiment clarity`: what the code of both chats asks of its reader.

The page counts in the sources itself, so that no figure there can be older than the code. A run
keeps the figures of its commit, and measures what only a run can know: the time of each chat's
small suite.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import to_builtins

from bench.analysis.clarity.figures import figures
from bench.declared.arms import Arm
from bench.experiments.experiment import AA_ARM
from bench.experiments.suites import run_suite

NAME: Final = "clarity"
_ARMS: Final = {"channels-uvicorn-memory": "django_chat", AA_ARM: "fastapi_chat"}
"""One arm for each chat: server and fan-out change nothing in the code."""
SUITE_RUNS: Final = 5


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    if arm.id in _ARMS:
        return None
    return f"the code of a chat is the same in all its arms: choose {' or '.join(_ARMS)}."


def takes_part(arm: Arm, _: str) -> bool:
    """One arm for each chat."""
    return arm.id in _ARMS


def of_arm(arm: Arm, _: float | None, __: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One chat's observation. Raises BenchError if its small suite fails."""
    found = figures(_ARMS[arm.id])
    lines, nested = (sum(getattr(each, name) for each in found) for name in ("lines", "cognitive"))
    say(f"{arm.id}: {lines} logical lines, cognitive complexity {nested}")
    runs = [run_suite(_ARMS[arm.id]) for _ in range(SUITE_RUNS)]
    times = ", ".join(f"{each['cpu_s']:.1f}" for each in runs)
    say(f"{arm.id}: its {len(runs[0]['cases'])} cases took {times} s of CPU")
    return {"features": to_builtins(found), "suite": runs}
