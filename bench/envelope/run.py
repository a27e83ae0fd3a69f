"""A run on disk: `run.json` says what was run, `observations.jsonl` holds what was observed.

A run is the directory `bench/results/MACHINE/TIME-NAME/`. Observations are appended as they are
made, so that a run that was killed keeps them, and can be resumed. A run without `finished_at` is
unfinished. A file that cannot be read raises `ResultsError` with one sentence that names the file
and the line. Unknown fields are ignored, so that a run may hold more than a reader needs.
"""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Generic, Literal, Self, TypeVar

import msgspec

from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Observation
from bench.errors import BenchError

FORMAT = 2
RESULTS = Path("bench") / "results"
Kind = TypeVar("Kind", bound=Observation)
INFO, OBSERVATIONS = "run.json", "observations.jsonl"
_KEPT_FILES = 64


class ResultsError(BenchError):
    """Results cannot be read; the text is one sentence for the user."""


class ArmInfo(msgspec.Struct, frozen=True):
    """One arm as data; baselines have `kind` "baseline"."""

    id: str
    framework: str
    server: str
    fanout: str
    workers: int
    history: str
    variant: str
    kind: Literal["chat", "baseline"]


class Missing(msgspec.Struct, frozen=True):
    """An arm that could not run on this machine, and why."""

    id: str
    reason: str


class Machine(msgspec.Struct, frozen=True):
    """The hardware and the operating system, without the host name."""

    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    os: str


class Campaign(msgspec.Struct, frozen=True):
    """What was asked for with a command that makes several runs, one for each part."""

    began_at: str
    arms: list[str] = []
    """The ids that `--arm` named; empty for the arms that each experiment takes."""
    seconds: float | None = None
    seed: int | None = None
    """None if `--seed` was not given: then each run draws one."""


class RunInfo(msgspec.Struct, frozen=True, kw_only=True):
    """`run.json`: everything about a run except its observations."""

    format: int = FORMAT
    name: str
    """The profile, or the experiment if one was asked for alone."""
    profile: str
    experiments: list[str]
    started_at: str
    finished_at: str = ""
    resumed_at: list[str] = []
    seed: int
    """Drawn for each run, unless `--seed` gave it."""
    seconds: float | None = None
    command: str
    commit: str
    dirty: bool
    machine: Machine
    versions: dict[str, str]
    settings: dict[str, Any]
    pinning: dict[str, list[int]]
    kernel: dict[str, Any]
    arms: list[ArmInfo]
    missing: list[Missing] = []
    aa: tuple[str, str] | None = None
    """The two columns that are one arm."""
    campaign: Campaign | None = None
    """The same in all runs of one `--profile full`; None for a run that was asked for alone."""


class Run(msgspec.Struct, frozen=True):
    """A whole run: its directory, its `run.json` and its observations in file order."""

    path: Path
    info: RunInfo
    observations: list[AnyObservation]

    @property
    def name(self) -> str:
        """The name of the directory, MACHINE/RUN."""
        return f"{self.path.parent.name}/{self.path.name}"


class RunWriter:
    """Writes a run: `append` each observation, then `finish`.

    `create` makes the directory of a new run; `resume` opens a run that was not finished.
    """

    def __init__(self, path: Path, info: RunInfo, file: BinaryIO) -> None:
        self.path = path
        self.info = info
        self._file = file

    @classmethod
    def create(cls, path: Path, info: RunInfo) -> Self:
        """Begin a run in the new directory `path`."""
        path.mkdir(parents=True)
        _write_info(path, info)
        return cls(path, info, (path / OBSERVATIONS).open("ab"))

    @classmethod
    def resume(cls, run: Run, info: RunInfo) -> Self:
        """Go on with a run; `info` is its new `run.json`. A line that was cut off is removed."""
        _write_info(run.path, info)
        file = (run.path / OBSERVATIONS).open("r+b")
        file.truncate(_whole_bytes(file))
        file.seek(0, os.SEEK_END)
        return cls(run.path, info, file)

    def append(self, observation: AnyObservation) -> None:
        """Add one line; it is on disk when this returns."""
        self._file.write(msgspec.json.encode(observation) + b"\n")
        self._file.flush()

    def finish(self, at: str) -> None:
        """Mark the run as complete."""
        self.info = msgspec.structs.replace(self.info, finished_at=at)
        _write_info(self.path, self.info)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def runs(root: Path) -> list[Path]:
    """The directories of all runs of this format under `root`, oldest first."""
    found = (path.parent for path in (root / RESULTS).glob(f"*/*/{OBSERVATIONS}"))
    return sorted(found, key=lambda path: (path.name, path.parent.name))


class Found(msgspec.Struct, Generic[Kind], frozen=True):
    """The newest run with observations of one kind, and these."""

    run: Run
    entries: list[Kind]

    @property
    def arms(self) -> dict[str, ArmInfo]:
        """The arms of the run by id."""
        return {arm.id: arm for arm in self.run.info.arms}


def newest(root: Path, kind: type[Kind]) -> Found[Kind] | None:
    """The newest finished run with observations of this kind, on any machine, or None."""
    for path in reversed(runs(root)):
        if read_info(path).finished_at:
            run = read_run(path)
            entries: list[Kind] = [each for each in run.observations if isinstance(each, kind)]
            if entries:
                return Found(run, entries)
    return None


def unfinished(root: Path, machine: str) -> Run | None:
    """The newest unfinished run of a machine's folder, or None."""
    for path in reversed(runs_of_machine(root, machine)):
        if not read_info(path).finished_at:
            return read_run(path)
    return None


def runs_of_machine(root: Path, machine: str) -> list[Path]:
    """The directories of the runs in a machine's folder, oldest first."""
    return [path for path in runs(root) if path.parent.name == machine]


def read_run(path: Path) -> Run:
    """Read the run in directory `path`. Raises ResultsError."""
    path = path.resolve()
    info = read_info(path)
    file = path / OBSERVATIONS
    arms = frozenset(arm.id for arm in info.arms)
    try:
        state = file.stat()
    except OSError:
        _read_bytes(file)  # says what is wrong
        raise
    kept = _observations(file, state.st_mtime_ns, state.st_size, arms, info.finished_at)
    return Run(path, info, list(kept))


@lru_cache(maxsize=_KEPT_FILES)
def _observations(
    file: Path, _mtime_ns: int, _size: int, arms: frozenset[str], finished_at: str
) -> tuple[AnyObservation, ...]:
    """The observations in a file, read once while it stays the same: each page asks for them."""
    return tuple(_read_observations(file, arms, finished_at))


def read_info(path: Path) -> RunInfo:
    """Read `run.json` of the run in directory `path`. Raises ResultsError."""
    file = path / INFO
    data = _read_bytes(file)
    try:
        found = msgspec.json.decode(data, type=_FormatOnly).format
        if found != FORMAT:
            raise ResultsError(f"{file} has format {found}, and this version reads {FORMAT}.")
        return msgspec.json.decode(data, type=RunInfo)
    except msgspec.DecodeError as error:
        raise ResultsError(f"{file} is unreadable: {error}.") from None


class _FormatOnly(msgspec.Struct):
    format: int = 0


def _read_observations(
    file: Path, arms: frozenset[str], finished_at: str
) -> Iterator[AnyObservation]:
    decoder = msgspec.json.Decoder(AnyObservation)
    data = _read_bytes(file)
    if not finished_at:
        data = data[: data.rfind(b"\n") + 1]  # the line that a killed run was writing
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            observation = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ResultsError(f"{file}, line {number}, is unreadable: {error}.") from None
        if observation.arm and observation.arm.partition("#")[0] not in arms:
            raise ResultsError(
                f"{file}, line {number}, is wrong: the arm {observation.arm} is not in {INFO}."
            )
        yield observation


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise ResultsError(f"{file} does not exist, so this is not a whole run.") from None
    except OSError as error:
        raise ResultsError(f"{file} cannot be read: {error.strerror}.") from error


def _write_info(path: Path, info: RunInfo) -> None:
    """Write the whole file or leave the old one."""
    unfinished_file = path / f"{INFO}.unfinished"
    unfinished_file.write_bytes(msgspec.json.format(msgspec.json.encode(info), indent=1) + b"\n")
    unfinished_file.rename(path / INFO)


def _whole_bytes(file: BinaryIO) -> int:
    """The length of the file up to the end of its last whole line."""
    return file.read().rfind(b"\n") + 1
