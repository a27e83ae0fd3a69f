"""How much memory a server uses for images that readers do not read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.envelope.images import ImagesEntry, ImagesRun
from bench.envelope.run import ArmInfo

MIB = 1024**2
_COPY = 0.5
"""MiB kept for each further MiB sent: from this value on, memory counts as unbounded."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The largest growth of the server's memory in MiB, with few images and with many."""

    arm: ArmInfo
    few: ImagesRun
    many: ImagesRun
    kept: float | None
    """MiB kept for each further MiB sent; at most one for each reader.

    None if no further image came through.
    """

    @property
    def bounded(self) -> bool:
        """Whether further images cost no further memory; False if that is not known."""
        return self.kept is not None and self.kept < _COPY


def grown(run: ImagesRun) -> float:
    """The largest growth of the server's memory in MiB."""
    return max(0.0, run.peak_mib - run.before_mib)


def growths(entries: Iterable[ImagesEntry], arms: Mapping[str, ArmInfo]) -> list[Growth]:
    """The growth of every arm that was measured with two numbers of images."""
    return [_growth(entry, arms[entry.arm]) for entry in entries if len(entry.runs) > 1]


def _growth(entry: ImagesEntry, arm: ArmInfo) -> Growth:
    runs = sorted(entry.runs, key=lambda run: run.images)
    few, many = runs[0], runs[-1]
    further = (many.delivered_to_sender - few.delivered_to_sender) * entry.image_bytes / MIB
    kept = (grown(many) - grown(few)) / further if further > 0 else None
    return Growth(arm, few, many, kept)
