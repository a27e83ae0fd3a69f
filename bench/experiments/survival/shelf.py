"""The messages of a room in a good client: each once, in order, with holes detected."""

from bench.experiments.survival.verdict import Record


class Shelf:
    """`taken` holds the shown messages, without a hole. Messages that came too early wait."""

    def __init__(self) -> None:
        self.taken: list[Record] = []
        self._held: dict[int, Record] = {}

    @property
    def last(self) -> int:
        """The seq up to which no message is missing: the client's `since` when it reconnects."""
        return len(self.taken)

    @property
    def hole(self) -> tuple[int, int] | None:
        """The first range of missing seqs, (first, last); None if no message waits."""
        return (self.last + 1, min(self._held) - 1) if self._held else None

    def offer(self, record: Record) -> bool:
        """Add a message; False if it is already there."""
        if record.seq <= self.last or record.seq in self._held:
            return False
        self._held[record.seq] = record
        while self.last + 1 in self._held:
            self.taken.append(self._held.pop(self.last + 1))
        return True
