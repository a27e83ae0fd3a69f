"""What a commit answers without keeping a message: it is kept already, or its room is full."""

from collections.abc import Iterable, Mapping

from chat_core.history import Kept, NewMessage
from chat_core.unavailable import TooLargeError

Outcome = Kept | TooLargeError
"""What became of a message: it is kept, or its room has no place for it."""


def outcomes(
    batch: Iterable[NewMessage],
    kept: Mapping[tuple[str, str, str], int],
    held: Mapping[str, int],
    most: int | None,
) -> list[Outcome | None]:
    """For each message what became of it already; None for those that are to be added.

    `kept` has the seqs of those that are kept, by their keys; `held` the bytes that each room
    holds. A room may hold `most` bytes; None is no bound.
    """
    held = dict(held)
    found: list[Outcome | None] = []
    for message in batch:
        size = message.size
        if message.key in kept:
            found.append(Kept(kept[message.key], again=True))
        elif most is not None and held[message.room] + size > most:
            found.append(TooLargeError(f"the room is full: it takes at most {most} bytes"))
        else:
            held[message.room] += size
            found.append(None)
    return found
