"""What the rooms are told after a beat of the roster."""

from collections.abc import Iterator

from chat_core import protocol_limits
from chat_core.codec import encode
from chat_core.envelope import Envelope, wrap
from chat_core.frames import Joined, Left
from chat_core.roster import Beat


def presence_changes(beat: Beat) -> Iterator[tuple[str, Envelope]]:
    """Rooms and what each is told, in order; large rooms are not told.

    The member itself is left out: a process that was taken for dead has members that are still
    connected, and that never left.
    """
    for gone in beat.departures:
        if gone.count <= protocol_limits.PRESENCE_MEMBERS:
            left = encode(Left(gone.user, gone.count))
            yield gone.room, wrap(left, exclude=gone.member, version=gone.version)
    for back in beat.arrivals:
        if back.count <= protocol_limits.PRESENCE_MEMBERS:
            joined = encode(Joined(back.user, back.count))
            yield back.room, wrap(joined, exclude=back.member, version=back.version)
