"""How much the rooms may hold, and what a commit answers without keeping a message."""

from collections.abc import Iterable, Mapping
from typing import Final

from chat_core.history import Kept, NewMessage
from chat_core.settings import Settings
from chat_core.unavailable import TooLargeError

Outcome = Kept | TooLargeError
"""What became of a message: it is kept, or its room has no place for it."""


_MEASURE_SECONDS: Final = 5.0


class Quota:
    """The bytes that a room may hold, which are none when all rooms together hold too much.

    All rooms are measured every few seconds, before a commit. In between, a process knows only what
    it adds. So processes that share a database may pass the limit by what they add meanwhile. Times
    are seconds of a monotonic clock.
    """

    def __init__(self, settings: Settings) -> None:
        self._most_of_room = settings.room_bytes
        self._most = settings.history_bytes
        self._held = 0
        self._next = 0.0

    @property
    def room_bytes(self) -> int | None:
        """How many bytes a room may hold now; None is no bound."""
        full = self._most is not None and self._held >= self._most
        return 0 if full else self._most_of_room

    def is_due(self, now: float) -> bool:
        """Whether to measure all rooms now; a due measurement starts the next interval."""
        if self._most is None or now < self._next:
            return False
        self._next = now + _MEASURE_SECONDS
        return True

    def measured(self, held: int) -> None:
        """All rooms hold so many bytes."""
        self._held = held

    def added(self, batch: Iterable[NewMessage], found: Iterable[Outcome]) -> None:
        """This process has committed these messages; `found` says what became of each."""
        for message, outcome in zip(batch, found, strict=True):
            if isinstance(outcome, Kept) and not outcome.again:
                self._held += message.size


def outcomes(
    batch: Iterable[NewMessage],
    kept: Mapping[tuple[str, str, str], int],
    held: Mapping[str, int],
    most: int | None,
) -> list[Outcome | None]:
    """For each message what became of it already; None for those that are to be added.

    `kept` has the seqs of those that are kept, by their keys; `held` the bytes that each room
    holds. A room may hold `most` bytes; None is no bound, and with 0 nothing new is kept.
    """
    held = dict(held)
    found: list[Outcome | None] = []
    for message in batch:
        size = message.size
        if message.key in kept:
            found.append(Kept(kept[message.key], again=True))
        elif most is not None and held[message.room] + size > most:
            found.append(full(most))
        else:
            held[message.room] += size
            found.append(None)
    return found


def full(most: int) -> TooLargeError:
    """The error for a room that may hold `most` bytes, and has no place for more."""
    if not most:
        return TooLargeError("the history is full: nothing more is kept")
    return TooLargeError(f"the room is full: it takes at most {most} bytes")
