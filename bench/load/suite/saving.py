"""A run of Locust as a result of the bench: `chatbench report` and the explorer show it."""

import shlex
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from bench.declared.arms import find_arm
from bench.envelope.locust import LocustRun
from bench.envelope.run import RESULTS, RunWriter
from bench.errors import BenchError
from bench.stack.run_info import now, run_folder, run_info

NAME: Final = "locust"
ROOT: Final = Path(__file__).resolve().parents[3]
"""The folder of the project."""


def save(made: Sequence[LocustRun], began: datetime, results: Path | None = None) -> Path:
    """Write a run; returns its folder. A run that is saved already is not written again.

    `made` has the run of one chat, or of two chats that took turns.
    `results` is the folder with the results of all machines; the default is the project's.
    Raises BenchError with one sentence.
    """
    if not all(each.arm for each in made):
        raise BenchError(
            "Only a run of an arm is saved, see `chatbench arms`: this one was of another server."
        )
    arms = [find_arm(each.arm) for each in made]
    path = run_folder(results or ROOT / RESULTS, NAME, began)
    if path.exists():
        return path
    info = run_info(
        ROOT,
        NAME,
        profile=NAME,
        experiments=[NAME],
        command=_command(made[0]),
        began=began,
        arms=arms,
        seconds=made[0].seconds,
    )
    try:
        with RunWriter.create(path, info) as writer:
            for each in made:
                writer.append(each)
            writer.finish(now())
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)
        raise BenchError(f"The run cannot be saved in {path.parent}: {error.strerror}.") from None
    return path


def shown(path: Path) -> str:
    """A path as a person in the project's folder writes it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def _command(result: LocustRun) -> str:
    """The command line that makes such a load again; the UI may have changed it meanwhile."""
    total = sum(result.users.values())
    options: Mapping[str, object] = {
        "-u": total,
        "-r": max(1, total),
        "-t": f"{result.seconds:.0f}s",
        "--room-size": result.room_size,
        "--rooms": result.rooms,
        "--rate": f"{result.rate:g}",
        "--payload": result.payload,
    }
    words = [str(word) for option in options.items() for word in option]
    arms = [result.arm]
    if result.against:
        arms.append(result.against)
        words += ["--against", result.against]
    return shlex.join(["chatbench", "locust", *arms, "--headless", *words, *result.users])
