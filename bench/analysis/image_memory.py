"""What a server keeps of images that its readers do not read."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.results_alone import ImagesEntry, ImagesRun
from bench.results_format import Arm

MIB = 1024**2
_COPY = 0.5
"""From half a copy of every further image on, memory grows with what is sent."""


@dataclass(frozen=True, slots=True)
class Growth:
    """MiB that the server's memory grew by, at most, with few images and with many."""

    arm: Arm
    few: ImagesRun
    many: ImagesRun
    kept: float | None
    """For each further MiB that was sent, so many were kept: up to one for every reader.

    None where nothing further came through.
    """

    @property
    def bounded(self) -> bool:
        """Whether what is sent further costs nothing further; False where that is not known."""
        return self.kept is not None and self.kept < _COPY


def grown(run: ImagesRun) -> float:
    """MiB over what it was before."""
    return max(0.0, run.peak_mib - run.before_mib)


def growths(entries: Iterable[ImagesEntry]) -> list[Growth]:
    """Every arm that was asked with two numbers of images."""
    return [_growth(entry) for entry in entries if len(entry.runs) > 1]


def _growth(entry: ImagesEntry) -> Growth:
    runs = sorted(entry.runs, key=lambda run: run.images)
    few, many = runs[0], runs[-1]
    further = (many.delivered_to_sender - few.delivered_to_sender) * entry.image_bytes / MIB
    kept = (grown(many) - grown(few)) / further if further > 0 else None
    return Growth(entry.arm, few, many, kept)
