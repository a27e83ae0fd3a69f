"""Which messages of a room one member has received: no message comes twice, holes are known."""

from typing import Final

_MOST_AHEAD: Final = 1000
"""With this many messages after a hole, the hole is left to the client, which uses HTTP."""


class Delivered:
    """The received messages; starts with the room's newest message at the welcome."""

    __slots__ = ("_ahead", "contiguous")

    def __init__(self, contiguous: int) -> None:
        self.contiguous = contiguous
        """The member has received every message up to this seq."""
        self._ahead: set[int] = set()

    def take(self, seq: int) -> bool:
        """Record a message; False if the member has received it before."""
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
