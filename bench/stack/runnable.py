"""Which arms can run on this machine, and what the user reads about the others before a run."""

from collections.abc import Iterator, Mapping, Sequence

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.stack.storage import missing_engine


def runnable(arms: Sequence[Arm]) -> tuple[list[Arm], dict[str, str]]:
    """The arms that can run here, and the reason for each other arm, by id.

    Raises BenchError if no arm can run.
    """
    missing = {arm.id: reason for arm in arms if (reason := missing_engine(arm))}
    possible = [arm for arm in arms if arm.id not in missing]
    if not possible:
        raise BenchError(next(iter(missing.values())))
    return possible, missing


def left_out(missing: Mapping[str, str]) -> Iterator[str]:
    """One line for each missing engine: the arms left out, and what to install."""
    for reason in dict.fromkeys(missing.values()):
        ids = [arm_id for arm_id, why in missing.items() if why == reason]
        arms = "1 arm is" if len(ids) == 1 else f"{len(ids)} arms are"
        yield f"{arms} left out: {', '.join(ids)}. {reason}"
