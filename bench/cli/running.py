"""`chatbench run`: which runner takes which experiment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.envelope.run import unfinished
from bench.errors import BenchError
from bench.experiments import plan, runner
from bench.experiments.comparison import Measurement, command_line
from bench.experiments.experiment import Say
from bench.experiments.registry import EXPERIMENTS
from bench.stack import machine


@dataclass(frozen=True, slots=True)
class Request:
    """The options of the command line."""

    profile: str
    experiments: Sequence[str]
    arms: Sequence[str]
    seconds: float | None
    seed: int | None


def run(root: Path, request: Request, say: Say) -> None:
    """Run what was asked for. Raises BenchError."""
    chosen = plan.find_profile(request.profile)
    experiments = plan.chosen_experiments(request.experiments, tuple(EXPERIMENTS))
    for name in filter(EXPERIMENTS.__contains__, experiments):
        asked = runner.Asked(
            request.profile, (name,), tuple(request.arms), request.seconds, request.seed
        )
        say(f"raw results: {runner.start(root, name, asked, say).relative_to(root)}")
    compared = [name for name in experiments if name in plan.EXPERIMENTS]
    if compared:
        arms = plan.chosen_arms(chosen, request.arms)
        measurement = Measurement(root, chosen, compared, arms, say)
        words = command_line(chosen, compared if request.experiments else [], request.arms)
        say(f"raw results: {measurement.run(words).relative_to(root)}")


def resume(root: Path, say: Say) -> None:
    """Go on with the newest run of this machine that was not finished. Raises BenchError."""
    run = unfinished(root, machine.machine_slug())
    if run is None:
        raise BenchError(
            "There is no unfinished run of this machine: start one with `chatbench run`."
        )
    say(f"raw results: {runner.resume(run, say).relative_to(root)}")
