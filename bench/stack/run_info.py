"""What every run says of its machine, its versions and its settings."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.declared.arms import Arm
from bench.envelope.run import FORMAT, ArmInfo, Campaign, Machine, Missing, RunInfo
from bench.stack import machine, server_settings
from bench.stack.stack import BENCHMARK_SETTINGS
from chat_core.settings import Settings


def run_info(
    root: Path,
    name: str,
    *,
    profile: str,
    experiments: Sequence[str],
    command: str,
    began: datetime,
    arms: Sequence[Arm],
    missing: Mapping[str, str] | None = None,
    seconds: float | None = None,
    seed: int | None = None,
    aa: tuple[str, str] | None = None,
    campaign: Campaign | None = None,
) -> RunInfo:
    """The `run.json` of a run on this machine that began at this time; see `RunInfo`.

    `root` is the folder of the project. Without a `seed`, one is drawn.
    """
    head, dirty = machine.commit(root)
    settings = Settings.from_environ(BENCHMARK_SETTINGS, ("memory",), ("standard",))
    return RunInfo(
        format=FORMAT,
        name=name,
        profile=profile,
        experiments=list(experiments),
        started_at=timestamp(began),
        seed=random.SystemRandom().getrandbits(32) if seed is None else seed,
        seconds=seconds,
        command=command,
        commit=head,
        dirty=dirty,
        machine=msgspec.convert(machine.machine(), Machine),
        versions=machine.versions(),
        settings=server_settings.described(settings),
        pinning=machine.pinning().as_dict(),
        kernel=machine.kernel_settings(),
        arms=[msgspec.convert(arm.as_dict(), ArmInfo) for arm in arms],
        missing=[Missing(arm_id, reason) for arm_id, reason in (missing or {}).items()],
        aa=aa,
        campaign=campaign,
    )


def run_folder(results: Path, name: str, began: datetime) -> Path:
    """The folder of a run among the results of this machine."""
    return results / machine.machine_slug() / f"{began:%Y-%m-%dT%H%M%SZ}-{name}"


def now() -> str:
    """This moment, as `run.json` writes it."""
    return timestamp(datetime.now(UTC))


def timestamp(moment: datetime) -> str:
    """A moment as `run.json` writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
