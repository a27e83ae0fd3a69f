"""The `joined` and `left` frames that follow from a beat of the roster."""

from collections.abc import Iterator

from chat_core import protocol_limits
from chat_core.codec import encode
from chat_core.envelope import Envelope, wrap
from chat_core.frames import Joined, Left
from chat_core.roster import Beat


def presence_changes(beat: Beat) -> Iterator[tuple[str, Envelope]]:
    """Yield (room, envelope) for each change, in order; large rooms get none.

    The member itself is excluded: if its process was wrongly counted as dead, the member is still
    connected and never left.
    """
    for gone in beat.departures:
        if gone.count <= protocol_limits.PRESENCE_MEMBERS:
            left = encode(Left(gone.user, gone.count))
            yield gone.room, wrap(left, exclude=gone.member, version=gone.version)
    for back in beat.arrivals:
        if back.count <= protocol_limits.PRESENCE_MEMBERS:
            joined = encode(Joined(back.user, back.count))
            yield back.room, wrap(joined, exclude=back.member, version=back.version)
