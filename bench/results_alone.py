"""The raw files of what stands beside the comparison: survival, writes, images, client.

`bench/results/MACHINE/TIME-NAME/NAME.json`, one `Document` each; see `bench.experiments`. Read
strictly, but for fields that are not named here. What cannot be read raises `ReportError`.
"""

from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from bench.results_format import RESULTS, Arm, Machine, ReportError

FORMAT = 1

Entry = TypeVar("Entry")


class Document(msgspec.Struct, Generic[Entry], frozen=True):
    """Where and how an experiment was made, and an entry for each arm."""

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
    """What happened to a stack; seconds until it went on again are None where it did not in time.

    `acked_again_s`: until every room was acknowledged; `whole_again_s`: until all members who were
    there had all of that.
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
    """How much was asked: `rate` messages a second of each writer; writers, readers of a room."""

    rooms: int
    writers: int
    readers: int
    rate: float
    seconds: float
    workers: int
    quiet: float


class SurvivalPlan(msgspec.Struct, frozen=True):
    """What all is drawn from."""

    seed: int
    size: SurvivalSize


class SurvivalEntry(msgspec.Struct, frozen=True):
    """One arm through its plan; `taken` are records that members took, all together."""

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
    """So many appenders at once, with at most `group` messages a commit; CPU in seconds."""

    appenders: int
    group: int
    repeat: int
    messages: int
    seconds: float
    cpu_seconds: float
    database_cpu_seconds: float


class WritesEntry(msgspec.Struct, frozen=True):
    """One arm's windows, and what a small write took that the disk must not lose."""

    arm: Arm
    sync_us: list[float]
    windows: list[WritesWindow]


class ImagesRun(msgspec.Struct, frozen=True):
    """So many images to readers who do not read; MiB are of the server's resident memory."""

    images: int
    delivered_to_sender: int
    before_mib: float
    peak_mib: float
    readers: dict[str, int]
    """How the readers found their connections, and how many of them."""


class ImagesEntry(msgspec.Struct, frozen=True):
    """One arm, with few images and with many."""

    arm: Arm
    image_bytes: int
    readers: int
    runs: list[ImagesRun]


class ClientLoad(msgspec.Struct, frozen=True):
    """What a page fetches before one can chat: bodies as they were sent."""

    bytes: int
    requests: int


class ClientTasks(msgspec.Struct, frozen=True):
    """The main thread's tasks while one reads `above`, or follows at the `end`."""

    where: str
    longest_cpu_ms: float
    busy: float


class ClientMemory(msgspec.Struct, frozen=True):
    """What the page holds after a garbage collection."""

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
    """A raw file, read: the directory that it lies in, and what it says."""

    path: Path
    document: Document[Entry]

    @property
    def name(self) -> str:
        """MACHINE/TIME-NAME, as its directory is named."""
        return f"{self.path.parent.name}/{self.path.name}"


def newest(root: Path, entry: type[Entry]) -> Alone[Entry] | None:
    """The newest run of an experiment, told by its entries' type, over all machines; or None."""
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
        raise ReportError(f"{path} has no arms: nothing was measured.")
    return document
