"""The raw results of a run: two files, with strict types.

A run is a directory `bench/results/MACHINE/RUN/` with `run.json` (one `RunInfo`) and
`cells.jsonl` (one `Cell` a line). A file that cannot be read raises `ReportError` with one sentence
that names the file and the line. Unknown fields are ignored, so that a run may hold more than the
report needs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from bench.envelope.ceiling import CeilingRate
from bench.envelope.observation import Percentiles
from bench.envelope.run import ArmInfo, Machine, Missing
from bench.errors import BenchError

FORMAT = 1
RESULTS = Path("bench") / "results"
UNFINISHED = ".unfinished"  # the suffix of a run's directory during the run
SECOND = "#2"  # the suffix for the second measurement of an arm, which gives the noise floor


class ReportError(BenchError):
    """Results or pages cannot be read or written; the text is one sentence for the user."""


class Ledger(msgspec.Struct, frozen=True):
    """The deliveries of one step, counted at the receivers."""

    delivered: int
    lost: int
    duplicates: int
    reordered: int
    unexpected: int
    lost_by_cause: dict[str, int]
    balanced: bool


class Generator(msgspec.Struct, frozen=True):
    """The cost of the generator; `busy` is its share of one core inside the windows, 0 to 1."""

    cpu_s: float
    busy: float


class Step(msgspec.Struct, frozen=True):
    """One window: `rate` messages a second per user, for `seconds`."""

    rate: float
    seconds: float
    sent: int
    expected: int
    ledger: Ledger
    latency_us: Percentiles
    lateness_us: Percentiles
    delivered_in_window: int
    generator: Generator


class Measured(msgspec.Struct, frozen=True, tag_field="event", tag="result"):
    """The generator's results of a complete cell."""

    steps: list[Step]
    disconnects: list[Any]
    generator: Generator


class Failed(msgspec.Struct, frozen=True, tag_field="event", tag="failed"):
    """The generator's reason why a cell has no figures."""

    reason: str


class Load(msgspec.Struct, frozen=True):
    """The load of a cell: `rate` messages a second per user, `payload` bytes of text."""

    user: str
    users: int
    room_size: int
    rate: float
    payload: int


class StepCpu(msgspec.Struct, frozen=True):
    """CPU seconds (user + system) inside one window, by the operating system's accounting."""

    servers_s: float
    redis_s: float | None = None
    postgresql_s: float | None = None


class Cell(msgspec.Struct, frozen=True):
    """One arm, one experiment, one repeat. `arm` may end in `#2`."""

    experiment: Literal["room", "echo", "capacity"]
    arm: str
    repeat: int
    order: int
    load: Load
    result: Measured | Failed | None
    cpu: list[StepCpu]
    valid: bool
    refused: str | None
    kernel: dict[str, Any] = {}


class Ceiling(msgspec.Struct, frozen=True):
    """The ceilings of this generator and of the usual Locust recipe.

    `relay_joined` is this generator with a relay that joins frames into one write.
    """

    relay: CeilingRate
    relay_joined: CeilingRate | None = None
    recipe: CeilingRate | None = None
    ratio: float | None = None


class RunInfo(msgspec.Struct, frozen=True):
    """`run.json`: everything about a run except its cells."""

    format: int
    profile: str
    started_at: str
    finished_at: str
    command: str
    commit: str
    dirty: bool
    machine: Machine
    versions: dict[str, str]
    settings: dict[str, Any]
    pinning: dict[str, list[int]]
    kernel: dict[str, Any]
    arms: list[ArmInfo]
    aa: list[str] | None = None
    ceiling: Ceiling | None = None
    missing: list[Missing] = []


class Run(msgspec.Struct, frozen=True):
    """A whole run: its directory, its `run.json` and its cells in file order."""

    path: Path
    info: RunInfo
    cells: list[Cell]

    @property
    def name(self) -> str:
        """The name of the directory, MACHINE/RUN."""
        return f"{self.path.parent.name}/{self.path.name}"


def newest_run(root: Path) -> Path:
    """The newest run under `root`, over all machines, by the time in its name."""
    found = (path.parent for path in (root / RESULTS).glob("*/*/cells.jsonl"))
    runs = [path for path in found if path.suffix != UNFINISHED]
    if not runs:
        raise ReportError(
            f"There are no results under {root / RESULTS}: run `chatbench run` first."
        )
    return max(runs, key=lambda path: (path.name, path.parent.name))


def read_run(path: Path) -> Run:
    """Read the run in directory `path`. Raises ReportError."""
    path = path.resolve()
    info = _read_info(path / "run.json")
    cells = list(_read_cells(path / "cells.jsonl", {arm.id for arm in info.arms}))
    if not cells:
        raise ReportError(f"{path / 'cells.jsonl'} has no cells: the run measured nothing.")
    return Run(path, info, cells)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ReportError(f"{path} does not exist, so this is not a whole run.") from None
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}.") from error


def _read_info(path: Path) -> RunInfo:
    data = _read_bytes(path)
    try:
        found = msgspec.json.decode(data, type=_FormatOnly).format
        if found != FORMAT:
            raise ReportError(f"{path} has format {found}, and this version reads {FORMAT}.")
        return msgspec.json.decode(data, type=RunInfo)
    except msgspec.DecodeError as error:
        raise ReportError(f"{path} is unreadable: {error}.") from None


class _FormatOnly(msgspec.Struct):
    format: int


def _read_cells(path: Path, arms: set[str]) -> Iterator[Cell]:
    decoder = msgspec.json.Decoder(Cell)
    seen: set[tuple[str, str, int]] = set()
    for number, line in enumerate(_read_bytes(path).splitlines(), start=1):
        try:
            cell = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ReportError(f"{path}, line {number}, is unreadable: {error}.") from None
        problem = _problem(cell, arms)
        key = (cell.experiment, cell.arm, cell.repeat)
        if key in seen:
            problem = f"{cell.experiment} of {cell.arm}, repeat {cell.repeat}, is there twice"
        if problem:
            raise ReportError(f"{path}, line {number}, is wrong: {problem}.")
        seen.add(key)
        yield cell


def _problem(cell: Cell, arms: set[str]) -> str | None:
    """The contradiction in a cell with valid types; None if there is none."""
    if cell.arm.removesuffix(SECOND) not in arms:
        return f"the arm {cell.arm} is not in run.json"
    if not cell.valid:
        return None if cell.refused else "it is refused without a reason"
    if not isinstance(cell.result, Measured) or not cell.result.steps:
        return "it is valid and has no result"
    if len(cell.cpu) != len(cell.result.steps):
        return f"{len(cell.result.steps)} steps and {len(cell.cpu)} CPU figures"
    if any(step.seconds <= 0 for step in cell.result.steps):
        return "a step took no time"
    return None
