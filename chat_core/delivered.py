"""Which messages of a room one member has had: none comes twice, and what is missing is known."""

from typing import Final

_MOST_AHEAD: Final = 1000
"""Past this many messages after a hole, it is left to the client, which fetches it by HTTP."""


class Delivered:
    """Starts from the room's newest message when the member came."""

    __slots__ = ("_ahead", "contiguous")

    def __init__(self, contiguous: int) -> None:
        self.contiguous = contiguous
        """Every message up to this one has been had."""
        self._ahead: set[int] = set()

    def take(self, seq: int) -> bool:
        """Note a message; False where the member has had it."""
        if seq == self.contiguous + 1:
            self.contiguous = seq
        elif seq <= self.contiguous or seq in self._ahead:
            return False
        else:
            self._ahead.add(seq)
            if len(self._ahead) > _MOST_AHEAD:
                self.contiguous = min(self._ahead)
        if self._ahead:
            self._close_up()
        return True

    def _close_up(self) -> None:
        self._ahead.discard(self.contiguous)
        while self.contiguous + 1 in self._ahead:
            self.contiguous += 1
            self._ahead.remove(self.contiguous)
