"""The messages of a room as a good client takes them: each once, in order, holes seen."""

from bench.survival.verdict import Record


class Shelf:
    """`taken` is what is shown: without a hole from the first; what came too early is held."""

    def __init__(self) -> None:
        self.taken: list[Record] = []
        self._held: dict[int, Record] = {}

    @property
    def last(self) -> int:
        """The seq up to which all is there: what a client comes back with as `since`."""
        return len(self.taken)

    @property
    def hole(self) -> tuple[int, int] | None:
        """The first seqs that are missing, from and to; None where nothing is held."""
        return (self.last + 1, min(self._held) - 1) if self._held else None

    def offer(self, record: Record) -> bool:
        """Take a message; False where it is there."""
        if record.seq <= self.last or record.seq in self._held:
            return False
        self._held[record.seq] = record
        while self.last + 1 in self._held:
            self.taken.append(self._held.pop(self.last + 1))
        return True
