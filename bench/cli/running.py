"""`chatbench run`: what was asked for, as one or more runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cli import campaign
from bench.envelope.run import Campaign, unfinished
from bench.errors import BenchError
from bench.experiments import runner
from bench.experiments.experiment import Say
from bench.experiments.registry import EXPERIMENTS
from bench.stack import machine
from bench.stack.run_info import now


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
    if request.profile not in runner.PROFILES:
        known = ", ".join(runner.PROFILES)
        raise BenchError(f"There is no profile {request.profile!r}: choose one of {known}.")
    if request.profile == "full" and not request.experiments:
        arms = list(request.arms)
        campaign.run(root, Campaign(now(), arms, request.seconds, request.seed), say)
        return
    for name, experiments in _runs(request):
        asked = runner.Asked(
            request.profile,
            experiments,
            tuple(request.arms),
            request.seconds,
            request.seed,
            named=bool(request.experiments),
        )
        say(f"raw results: {runner.start(root, name, asked, say).relative_to(root)}")


def _runs(request: Request) -> list[tuple[str, tuple[str, ...]]]:
    """The runs by name, each with its experiments. Raises BenchError for an unknown name."""
    for name in request.experiments:
        if name not in EXPERIMENTS:
            known = ", ".join(EXPERIMENTS)
            raise BenchError(f"There is no experiment {name!r}: choose one of {known}.")
    if not request.experiments:
        return [(request.profile, campaign.MAIN)]
    return [(name, (name,)) for name in EXPERIMENTS if name in request.experiments]


def resume(root: Path, say: Say) -> None:
    """Go on with the newest run that was not finished, and with what belongs to it.

    Raises BenchError if nothing of this machine is unfinished.
    """
    run = unfinished(root, machine.machine_slug())
    if run is not None:
        say(f"raw results: {runner.resume(run, say).relative_to(root)}")
        if run.info.campaign is not None:
            campaign.run(root, run.info.campaign, say)
    elif (begun := campaign.newest(root)) is not None:
        campaign.run(root, begun, say)
    else:
        raise BenchError(
            "There is no unfinished run of this machine: start one with `chatbench run`."
        )
