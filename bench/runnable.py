"""Which arms can run on this machine, and what is said of the others before a run."""

from collections.abc import Iterator, Mapping, Sequence

from bench.arms import Arm
from bench.errors import BenchError
from bench.storage import missing_engine


def runnable(arms: Sequence[Arm]) -> tuple[list[Arm], dict[str, str]]:
    """The arms that can run here; and of each other one, by its id, why it cannot.

    Raises BenchError where there is none that can.
    """
    missing = {arm.id: reason for arm in arms if (reason := missing_engine(arm))}
    possible = [arm for arm in arms if arm.id not in missing]
    if not possible:
        raise BenchError(next(iter(missing.values())))
    return possible, missing


def left_out(missing: Mapping[str, str]) -> Iterator[str]:
    """A line for each engine that is not there: what is left out for it, and what to install."""
    for reason in dict.fromkeys(missing.values()):
        ids = [arm_id for arm_id, why in missing.items() if why == reason]
        arms = "1 arm is" if len(ids) == 1 else f"{len(ids)} arms are"
        yield f"{arms} left out: {', '.join(ids)}. {reason}"
