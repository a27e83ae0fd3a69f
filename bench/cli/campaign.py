"""`chatbench run --profile full`: all experiments, one run after another.

A part that fails or cannot run here is told, and the next part begins. So hours of measuring do
not end with one of them.
"""

from pathlib import Path
from typing import Final

from bench.declared.arms import find_arm
from bench.envelope.run import Campaign, read_info, runs_of_machine
from bench.errors import BenchError
from bench.experiments import runner
from bench.experiments.experiment import Say
from bench.experiments.registry import EXPERIMENTS
from bench.stack import machine
from bench.stack.storage import missing_engine

MAIN: Final = ("ceiling", "speed")
"""What a run measures if no experiment is named: together, in one run."""


def run(root: Path, campaign: Campaign, say: Say) -> None:
    """Make the runs of the campaign that were not begun. Raises BenchError if one failed."""
    failed: list[str] = []
    parts, left = _parts(), _left(root, campaign)
    for name in left:
        say(f"{name}: part {list(parts).index(name) + 1} of {len(parts)}")
        try:
            path = runner.start(root, name, _asked(campaign, name, parts[name]), say)
        except runner.CannotRunError as error:
            say(f"left out: {error}")
        except BenchError as error:
            say(str(error))
            failed.append(name)
        else:
            say(f"raw results: {path.relative_to(root)}")
    if failed:
        raise BenchError(f"Failed, for the reasons above: {', '.join(failed)}.")


def newest(root: Path) -> Campaign | None:
    """The campaign of this machine's newest run if parts of it were not begun, or None."""
    for path in runs_of_machine(root, machine.machine_slug())[-1:]:
        campaign = read_info(path).campaign
        if campaign is not None and _left(root, campaign):
            return campaign
    return None


def _parts() -> dict[str, tuple[str, ...]]:
    """The experiments of each part by the name of its run, in order."""
    others = (name for name in EXPERIMENTS if name not in MAIN)
    return {"full": MAIN} | {name: (name,) for name in others}


def _left(root: Path, campaign: Campaign) -> list[str]:
    """The parts that were not begun."""
    infos = map(read_info, runs_of_machine(root, machine.machine_slug()))
    begun = {info.name for info in infos if info.campaign == campaign}
    return [name for name in _parts() if name not in begun]


def _asked(campaign: Campaign, name: str, experiments: tuple[str, ...]) -> runner.Asked:
    """One part, with those of the named arms that it can measure. Raises CannotRunError."""
    arms = tuple(arm_id for arm_id in campaign.arms if _can(arm_id, experiments))
    if campaign.arms and not arms:
        raise runner.CannotRunError(f"{name} cannot run with {', '.join(campaign.arms)}.")
    return runner.Asked(
        "full",
        experiments,
        arms,
        campaign.seconds,
        campaign.seed,
        named=experiments != MAIN,
        campaign=campaign,
    )


def _can(arm_id: str, experiments: tuple[str, ...]) -> bool:
    arm = find_arm(arm_id)
    reasons = [EXPERIMENTS[name].can(arm) for name in experiments]
    return missing_engine(arm) is None and not any(reasons)
