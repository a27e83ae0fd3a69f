"""The newest results of the experiments that answer claims, read when they are asked for."""

from functools import cached_property
from pathlib import Path
from typing import Any

from bench.analysis.scale import ArmScale, scales
from bench.analysis.speed import SpeedFigures
from bench.envelope.busy import BusyEntry
from bench.envelope.connections import ConnectionsEntry
from bench.envelope.history import HistorySlot
from bench.envelope.images import ImagesEntry
from bench.envelope.loss import LossEntry
from bench.envelope.observation import Observation
from bench.envelope.pools import PoolsEntry
from bench.envelope.run import Found, newest
from bench.envelope.scale import ScaleSlot
from bench.envelope.survival import SurvivalEntry
from bench.envelope.vanished import VanishedEntry
from bench.report.speed.page import figures_of


class Results:
    """Each is None, or empty, where no run has it."""

    def __init__(self, root: Path, run: Path | None = None) -> None:
        self._root = root
        self._run = run

    @cached_property
    def speed(self) -> SpeedFigures | None:
        """The comparison."""
        return figures_of(self._root, self._run)

    @cached_property
    def loss(self) -> list[LossEntry]:
        """What was lost."""
        return self._newest(LossEntry)

    @cached_property
    def busy(self) -> list[BusyEntry]:
        """What came while a handler was busy."""
        return self._newest(BusyEntry)

    @cached_property
    def history(self) -> list[HistorySlot]:
        """What a history costs."""
        return self._newest(HistorySlot)

    @cached_property
    def connections(self) -> list[ConnectionsEntry]:
        """What connections cost."""
        return self._newest(ConnectionsEntry)

    @cached_property
    def survival(self) -> list[SurvivalEntry]:
        """The fate of acknowledged messages."""
        return self._newest(SurvivalEntry)

    @cached_property
    def pools(self) -> list[PoolsEntry]:
        """The connections to Redis and to PostgreSQL."""
        return self._newest(PoolsEntry)

    @cached_property
    def vanished(self) -> list[VanishedEntry]:
        """How soon members that went were noticed."""
        return self._newest(VanishedEntry)

    @cached_property
    def images(self) -> Found[ImagesEntry] | None:
        """Memory for images that nobody reads, with its run."""
        return newest(self._root, ImagesEntry)

    @cached_property
    def scale(self) -> dict[str, ArmScale]:
        """Several server processes, by arm."""
        return scales(self._newest(ScaleSlot))

    def _newest(self, kind: type[Observation]) -> list[Any]:
        found = newest(self._root, kind)
        return [] if found is None else list(found.entries)
