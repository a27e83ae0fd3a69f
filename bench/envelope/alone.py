"""The raw files of the experiments beside the comparison: survival, writes, images, client.

Each is one `Document` in `bench/results/MACHINE/TIME-NAME/NAME.json` (`bench.experiments.alone`).
Types are checked; unknown fields are ignored. A file that cannot be read raises `ReportError`.
"""

from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from bench.envelope.runs import RESULTS, Arm, Machine, ReportError

FORMAT = 1

Entry = TypeVar("Entry")


class Document(msgspec.Struct, Generic[Entry], frozen=True):
    """The environment of an experiment, and an entry for each arm."""

    format: int
    experiment: str
    started_at: str
    finished_at: str
    command: str
    commit: str
    dirty: bool
    machine: Machine
    versions: dict[str, str]
    settings: dict[str, Any]
    arms: list[Entry]


class Fault(msgspec.Struct, frozen=True):
    """A fault of a stack, with seconds until recovery; None if it did not recover in time.

    `acked_again_s`: until every room acknowledged a message again. `whole_again_s`: until all
    connected members had all acknowledged messages.
    """

    kind: str
    acked_again_s: float | None
    whole_again_s: float | None


class Violation(msgspec.Struct, frozen=True):
    """What must not be: `kind` is lost, twice, disorder, invented or different."""

    kind: str
    where: str
    what: str


class SurvivalSize(msgspec.Struct, frozen=True):
    """The size of a plan: `rate` messages a second of each writer; writers and readers per room."""

    rooms: int
    writers: int
    readers: int
    rate: float
    seconds: float
    workers: int
    quiet: float


class SurvivalPlan(msgspec.Struct, frozen=True):
    """The seed and the size from which a plan is drawn."""

    seed: int
    size: SurvivalSize


class SurvivalEntry(msgspec.Struct, frozen=True):
    """One arm through its plan; `taken` counts the messages that all members received."""

    arm: Arm
    plan: SurvivalPlan
    sent: int
    acknowledged: int
    in_history: int
    members: int
    taken: int
    counts: dict[str, int]
    faults: list[Fault]
    violations: list[Violation]
    survived: bool


class WritesWindow(msgspec.Struct, frozen=True):
    """A window of `appenders` appenders, with at most `group` messages a commit; CPU in seconds."""

    appenders: int
    group: int
    repeat: int
    messages: int
    seconds: float
    cpu_seconds: float
    database_cpu_seconds: float


class WritesEntry(msgspec.Struct, frozen=True):
    """The windows of one arm, and the times of small synced writes to the disk."""

    arm: Arm
    sync_us: list[float]
    windows: list[WritesWindow]


class ImagesRun(msgspec.Struct, frozen=True):
    """`images` images to readers that do not read; MiB are resident memory of the server."""

    images: int
    delivered_to_sender: int
    before_mib: float
    peak_mib: float
    readers: dict[str, int]
    """The number of readers by the state of their connections at the end."""


class ImagesEntry(msgspec.Struct, frozen=True):
    """One arm, with few images and with many."""

    arm: Arm
    image_bytes: int
    readers: int
    runs: list[ImagesRun]


class ClientLoad(msgspec.Struct, frozen=True):
    """The first load of a page until the user can chat; bytes are bodies as sent."""

    bytes: int
    requests: int


class ClientTasks(msgspec.Struct, frozen=True):
    """The main thread's tasks while the reader is scrolled up (`above`), or at the `end`."""

    where: str
    longest_cpu_ms: float
    busy: float


class ClientMemory(msgspec.Struct, frozen=True):
    """The memory of the page after a garbage collection."""

    heap_bytes: int
    nodes: int


class ClientEntry(msgspec.Struct, frozen=True):
    """The browser client over one arm: with few messages, and with `messages`."""

    arm: Arm
    chromium: str
    loads: dict[str, ClientLoad]
    messages: int
    rate: int
    tasks: list[ClientTasks]
    few: ClientMemory
    full: ClientMemory


_ENTRIES: dict[type[Any], str] = {
    SurvivalEntry: "survival",
    WritesEntry: "writes",
    ImagesEntry: "images",
    ClientEntry: "client",
}


class Alone(msgspec.Struct, Generic[Entry], frozen=True):
    """A raw file: its directory and its document."""

    path: Path
    document: Document[Entry]

    @property
    def name(self) -> str:
        """The name of the directory, MACHINE/TIME-NAME."""
        return f"{self.path.parent.name}/{self.path.name}"


def newest(root: Path, entry: type[Entry]) -> Alone[Entry] | None:
    """The newest run of an experiment on any machine, or None; `entry` selects the experiment."""
    name = _ENTRIES[entry]
    found = (root / RESULTS).glob(f"*/*-{name}/{name}.json")
    path = max(found, key=lambda each: (each.parent.name, each.parent.parent.name), default=None)
    return None if path is None else Alone(path.parent.resolve(), _read(path, entry))


def _read(path: Path, entry: type[Entry]) -> Document[Entry]:
    try:
        document = msgspec.json.decode(path.read_bytes(), type=Document[entry])  # type: ignore[valid-type]
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReportError(f"{path} is unreadable: {error}.") from None
    if document.format != FORMAT:
        raise ReportError(f"{path} has format {document.format}, and this version reads {FORMAT}.")
    if not document.arms:
        raise ReportError(f"{path} has no arms: the run measured nothing.")
    return document
