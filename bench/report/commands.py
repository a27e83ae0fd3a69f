"""The command that repeats a figure."""

from collections.abc import Iterable, Sequence

from bench.analysis.arms import Pair
from bench.envelope.runs import RunInfo


def again(info: RunInfo, experiments: Sequence[str], arms: Iterable[str] = ()) -> str:
    """The `chatbench run` for these experiments; without named arms, with all arms."""
    words = ["chatbench run", f"--profile {info.profile}"]
    words += [f"--experiment {name}" for name in experiments]
    words += [f"--arm {arm}" for arm in dict.fromkeys(arms)]
    return " ".join(words)


def again_pair(info: RunInfo, pair: Pair, experiments: Sequence[str]) -> str:
    """The command for the two arms of a pair."""
    return again(info, experiments, (pair.above.id, pair.below.id))
