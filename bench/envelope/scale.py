"""The experiment `scale`: slots of one arm with several numbers of server processes."""

from bench.envelope.speed import ShortTurn


class ScaleSlot(ShortTurn, frozen=True, kw_only=True, tag="scale"):
    """A short turn of a stack with `workers` server processes, all on one core.

    `by_worker` are the connected members of the room of each process.
    """

    workers: int
    by_worker: list[int]
