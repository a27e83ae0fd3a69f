"""The history over HTTP: valid queries, and the bytes of the answers, the same in both chats."""

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
"""A seq: from 1 to the largest value of a 64-bit column."""

PARAMETERS: Final = {
    "room": f"room takes 1 to {protocol_limits.ROOM_CHARACTERS} of A-Z a-z 0-9 _ -",
    "before": "before takes a seq, an integer from 1",
    "limit": f"limit takes an integer from 1 to {protocol_limits.HISTORY_PAGE_MESSAGES}",
}
"""The error details for invalid parameters."""

_encoder = msgspec.json.Encoder()


class Query(NamedTuple):
    """The last `limit` messages of a room before `before` (None: of all messages)."""

    room: str
    before: int | None
    limit: int


def read_query(room: str, before: str | None, limit: str | None) -> Query:
    """Check the path's room and the query's parameters. Raises RefusedCallError with 400.

    A limit above the size of a page gives one page.
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
    """The number of messages in the answer: `limit`, at most a page."""
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
    """The answer: the messages as their frames in a replay."""
    return _encoder.encode(records)


def image_headers(image: ImageFile) -> dict[str, str]:
    """The headers of an image: no script in it can run, and caches may keep it forever."""
    return {
        "Content-Type": image.mime,
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        # The client shows images of both chats, which are two ports of one host.
        "Cross-Origin-Resource-Policy": "same-site",
    }
