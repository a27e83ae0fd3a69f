"""What a member has missed, read from the history page by page; images as references."""

from collections.abc import AsyncIterator

from chat_core import protocol_limits
from chat_core.codec import Encoded, encode
from chat_core.envelope import Envelope, wrap
from chat_core.frames import Gap, Image
from chat_core.history import History, NewMessage, to_frame
from chat_core.images import encode_image
from chat_core.unavailable import UnavailableError


async def replay(history: History, room: str, since: int, newest: int) -> AsyncIterator[Encoded]:
    """Yield every message after `since` up to `newest`, in that order.

    If more than `protocol_limits.REPLAY_MESSAGES` are missing, a `gap` comes first. If the history
    cannot be read to the end, a `gap` comes last.
    """
    after = max(since, newest - protocol_limits.REPLAY_MESSAGES)
    if after > since:
        yield encode(Gap(since, after + 1))
    try:
        async for envelope in missed(history, room, after, newest):
            assert envelope.seq is not None
            yield Encoded(envelope.data, envelope.size)
            after = envelope.seq
    except UnavailableError:
        pass
    if after < newest:
        yield encode(Gap(after, newest + 1))


async def missed(
    history: History, room: str, after: int, newest: int | None = None
) -> AsyncIterator[Envelope]:
    """Yield every message after `after`, up to `newest` or the last. Raises UnavailableError."""
    while newest is None or after < newest:
        most = protocol_limits.HISTORY_PAGE_MESSAGES
        page = await history.after(
            room, after, most if newest is None else min(most, newest - after)
        )
        for record in page:
            yield wrap(encode(record), seq=record.seq)
            after = record.seq or after
        if not page or (newest is None and len(page) < most):
            return


def encode_message(message: NewMessage, seq: int | None) -> Encoded:
    """The frame of a message for its room, with its seq."""
    frame = to_frame(message, seq)
    if isinstance(frame, Image) and message.image is not None:
        return encode_image(frame, message.image.data)
    return encode(frame)
