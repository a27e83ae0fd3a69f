"""What runs of `survival`, `writes` and `images` say: kept messages, commits, and memory."""

from collections.abc import Callable, Iterator
from typing import Final

from bench.analysis.image_memory import grown
from bench.analysis.survival import Recovery, recoveries, wrong
from bench.analysis.writes import compare
from bench.envelope.images import ImagesEntry
from bench.envelope.run import Run
from bench.envelope.survival import SurvivalEntry
from bench.envelope.writes import WritesEntry
from bench.report.explorer.tables import Metric, Row, Table, plain, resampled
from bench.report.reliability.names import fault

_FAULTS, _COMMITS, _IMAGES = "Faults", "Commits", "Images"
_SURVIVAL_PAGE: Final = "reliability.md#is-a-message-that-was-acknowledged-ever-lost"
_WRITES_PAGE: Final = "reliability.md#what-does-one-commit-per-message-cost"
WRONG: Final = Metric(
    id="survival-wrong",
    group=_FAULTS,
    title="Acknowledged messages that were lost, doubled, invented or altered",
    unit="messages",
    better="less",
    by="Faults",
    counts="acknowledged messages",
    page=_SURVIVAL_PAGE,
)
ACKED: Final = Metric(
    id="survival-acked",
    group=_FAULTS,
    title="Until a message is acknowledged again after a fault, median",
    unit="s",
    better="less",
    by="Fault",
    counts="faults",
    page=_SURVIVAL_PAGE,
)
WHOLE: Final = Metric(
    id="survival-whole",
    group=_FAULTS,
    title="Until all members have all messages after a fault, median",
    unit="s",
    better="less",
    by="Fault",
    counts="faults",
    page=_SURVIVAL_PAGE,
)
SINGLE: Final = Metric(
    id="writes-single",
    group=_COMMITS,
    title="Messages a second, one commit for each",
    unit="messages/s",
    better="more",
    by="Writers",
    counts="windows",
    page=_WRITES_PAGE,
)
GROUPED: Final = Metric(
    id="writes-grouped",
    group=_COMMITS,
    title="Messages a second, one commit for all that wait",
    unit="messages/s",
    better="more",
    by="Writers",
    counts="windows",
    page=_WRITES_PAGE,
)
MEMORY: Final = Metric(
    id="images-memory",
    group=_IMAGES,
    title="Memory for images that nobody reads",
    unit="MiB",
    better="less",
    by="Images",
    counts="readers",
    page="reliability.md#does-memory-stay-bounded-when-large-images-go-to-slow-readers",
    about="From before the images to the peak of the server's memory.",
)
METRICS: Final = (WRONG, ACKED, WHOLE, SINGLE, GROUPED, MEMORY)

_TIMES: Final[tuple[tuple[Metric, Callable[[Recovery], float | None]], ...]] = (
    (ACKED, lambda found: found.acked),
    (WHOLE, lambda found: found.whole),
)


def tables(run: Run) -> Iterator[Table]:
    """The tables of the experiments that the run has."""
    survived = [each for each in run.observations if isinstance(each, SurvivalEntry)]
    if survived:
        rows = [plain(each.arm, wrong([each]).total, each.acknowledged) for each in survived]
        yield Table(metric=WRONG.id, at="all", label="all faults together", rows=rows)
        yield from _recoveries(survived)
    yield from _commits(run)
    yield from _images([each for each in run.observations if isinstance(each, ImagesEntry)])


def _recoveries(entries: list[SurvivalEntry]) -> Iterator[Table]:
    found = [(entry.arm, each) for entry in entries for each in recoveries(entry)]
    for kind in dict.fromkeys(each.kind for _, each in found):
        for metric, of in _TIMES:
            rows = [
                plain(arm, seconds, each.faults, f"{each.late} not in time" if each.late else "")
                for arm, each in found
                if each.kind == kind and (seconds := of(each)) is not None
            ]
            if rows:
                at = kind.replace(" ", "-")
                yield Table(metric=metric.id, at=at, label=fault(kind), rows=rows)


def _commits(run: Run) -> Iterator[Table]:
    entries = [each for each in run.observations if isinstance(each, WritesEntry)]
    cases = compare(entries, {arm.id: arm for arm in run.info.arms})
    for appenders in sorted({case.appenders for case in cases}):
        having = [case for case in cases if case.appenders == appenders]
        label = "1 writer" if appenders == 1 else f"{appenders} writers at once"
        single = [resampled(each.arm.id, each.rate.single, each.rate.single.n) for each in having]
        grouped = [
            resampled(each.arm.id, each.rate.grouped, each.rate.grouped.n) for each in having
        ]
        yield Table(metric=SINGLE.id, at=str(appenders), label=label, rows=single)
        yield Table(metric=GROUPED.id, at=str(appenders), label=label, rows=grouped)


def _images(entries: list[ImagesEntry]) -> Iterator[Table]:
    for images in sorted({each.images for entry in entries for each in entry.runs}):
        rows: list[Row] = [
            plain(entry.arm, grown(each), entry.readers)
            for entry in entries
            for each in entry.runs
            if each.images == images
        ]
        yield Table(metric=MEMORY.id, at=str(images), label=f"{images} images", rows=rows)
