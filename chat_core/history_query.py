"""The history over HTTP: what may be asked, and the bytes that both chats answer with."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from chat_core import protocol_limits
from chat_core.accounts import RefusedCallError, bad_request
from chat_core.frames import ImageFile
from chat_core.handshake import is_room
from chat_core.history import Record

JSON: Final = "application/json"

_DEFAULT_MESSAGES: Final = 50

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
"""From 1 to what a column of 64 bits holds."""

PARAMETERS: Final = {
    "room": f"room takes 1 to {protocol_limits.ROOM_CHARACTERS} of A-Z a-z 0-9 _ -",
    "before": "before takes a seq, an integer from 1",
    "limit": f"limit takes an integer from 1 to {protocol_limits.HISTORY_PAGE_MESSAGES}",
}
"""What is said of a parameter that is not as it should be."""

_encoder = msgspec.json.Encoder()


class Query(NamedTuple):
    """Which messages of a room: the last `limit` before `before`, or of all."""

    room: str
    before: int | None
    limit: int


def read_query(room: str, before: str | None, limit: str | None) -> Query:
    """Check the path's room and the query's parameters. Raises RefusedCallError with 400.

    Whoever asks for more than a page has is answered with a page.
    """
    if not is_room(room):
        raise bad_request(PARAMETERS["room"])
    if before is not None and not _NUMBER.fullmatch(before):
        raise bad_request(PARAMETERS["before"])
    if limit is not None and not _NUMBER.fullmatch(limit):
        raise bad_request(PARAMETERS["limit"])
    return Query(
        room,
        None if before is None else int(before),
        page_size(None if limit is None else int(limit)),
    )


def page_size(limit: int | None) -> int:
    """How many messages come: those that were asked for, at most a page."""
    return min(limit or _DEFAULT_MESSAGES, protocol_limits.HISTORY_PAGE_MESSAGES)


def read_seq(room: str, seq: str) -> int:
    """Check the path of an image. Raises RefusedCallError with 404."""
    if not is_room(room) or not _NUMBER.fullmatch(seq):
        raise no_image()
    return int(seq)


def no_image() -> RefusedCallError:
    """There is no image of that seq."""
    return RefusedCallError(404, "not_found", "there is no such image")


def encode_records(records: Sequence[Record]) -> bytes:
    """The answer: the messages as the frames that a replay has."""
    return _encoder.encode(records)


def image_headers(image: ImageFile) -> dict[str, str]:
    """The headers that an image goes out with: nothing in it can be run, and it never changes."""
    return {
        "Content-Type": image.mime,
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        # The client shows images of both chats, which are two ports of one host.
        "Cross-Origin-Resource-Policy": "same-site",
    }
