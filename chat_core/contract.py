"""The meaning of the codes and settings of `chat.v1`, in words: for the documents only.

Numbers and texts on the wire are in the modules that use them.
"""

from typing import Final

from chat_core.close_codes import CloseCode
from chat_core.frames import ErrorCode

ERRORS: Final[dict[ErrorCode, str]] = {
    "bad_json": "the frame, or an image's header, is not JSON in UTF-8, or has a lone surrogate",
    "not_an_object": "the frame is JSON, but not an object",
    "unknown_type": "the `type` is missing, is not a string, or is not in the contract",
    "invalid_field": (
        "a field is missing, has the wrong type, or has a value that is not allowed; or `seq` is "
        "not the number of a message that this member may change"
    ),
    "too_long": "a text has too many code points",
    "rate_limited": (
        "the connection, or its address, sent too many messages or bytes: this message was not sent"
    ),
    "unsupported_media": "the first bytes of a binary frame are of no accepted image type",
    "too_large": (
        "an image has more bytes than `limits.image`, or the room or the whole history is full: "
        "the message was not kept"
    ),
    "unavailable": (
        "the fan-out or the database does not answer: it is not certain that the message was kept; "
        "say it again with the same `id`, and it is one message; what is taken back is taken back "
        "after the outage"
    ),
}
"""The cause of each error code; the connection stays open after an error."""

CLOSINGS: Final[dict[int, str]] = {
    CloseCode.NORMAL: "the client left, and the server agrees",
    CloseCode.UNSUPPORTED_DATA: "the server's WebSocket library does not accept this kind of frame",
    CloseCode.INVALID_DATA: "a text frame is not UTF-8",
    CloseCode.POLICY_VIOLATION: "the client continues to send frames that are refused",
    CloseCode.TOO_BIG: "a frame is larger than the server's library accepts",
    CloseCode.INTERNAL_ERROR: "the server failed; the client cannot change this",
    CloseCode.RESTART: (
        "the server restarts, or its database or broker did not answer: connect again, with `since`"
    ),
    CloseCode.TOO_SLOW: (
        "more frames waited for this reader than the outbox holds: connect again, with `since`"
    ),
    CloseCode.BAD_HANDSHAKE: "a room, name or since that the contract does not allow",
    CloseCode.NOT_SIGNED_IN: (
        "there is no session and no name, or guests are not allowed; the ticket is used or "
        "expired; the name belongs to an account; or the session has ended"
    ),
    CloseCode.NOT_INVITED: (
        "the room is private, this account is not a member of it, and there is no valid invitation"
    ),
}
"""The cause of each close code."""

SETTINGS: Final[dict[str, str]] = {
    "CHAT_FANOUT": "how a message reaches the other members; the two chats have different schemes",
    "CHAT_HISTORY": "where messages and accounts are kept; `off`: nowhere, so all are guests",
    "CHAT_ENV": "`production` refuses settings that are only for development",
    "CHAT_SECRET_KEY": "signs sessions; if it is not set, each start makes a new one",
    "CHAT_SECRET_KEY_FILE": "a file with the key, where CHAT_SECRET_KEY is not set",
    "CHAT_ORIGINS": "origins of pages that may connect; `*` allows all, except in production",
    "CHAT_HOSTS": "accepted Host headers, besides the hosts of the origins and the loopback",
    "CHAT_GUESTS": "whether guests may join, with only a name",
    "CHAT_MAX_IMAGE_BYTES": "the largest image; the servers' own limits are set from it",
    "CHAT_RATE_LIMIT": "messages of one connection, in bursts up to twice as many",
    "CHAT_BYTE_RATE": (
        "bytes of one connection, and of one address, in bursts up to twice CHAT_MAX_IMAGE_BYTES"
    ),
    "CHAT_HANDSHAKE_RATE": "handshakes of one address; above it they are answered with HTTP 429",
    "CHAT_COMMIT_GROUP": "messages that arrive together and may be committed together",
    "CHAT_ROOM_BYTES": "what the history of one room may hold; above it nothing more is kept",
    "CHAT_HISTORY_BYTES": (
        "what the histories of all rooms may hold together, measured every few seconds"
    ),
    "CHAT_LOGIN_LIMIT": (
        "failed logins under one name from one address; ten times as many under one name, and ten "
        "times as many from one address"
    ),
    "CHAT_TRUSTED_PROXIES": "proxies whose `X-Forwarded-For` names the client; empty means none",
    "CHAT_DEBUG": "the framework's own debugging",
    "CHAT_OUTBOX": "the limit on frames, and on bytes, that wait for one slow reader",
    "CHAT_VARIANT": "which variant of the chat runs",
    "CHAT_METRICS": "answers `/metrics` to Prometheus; a proxy in front must not pass it on",
    "CHAT_REPLICA": (
        "the name of this process among its replicas, in `welcome`, /healthz and /metrics; "
        "`hostname` takes the name of the machine"
    ),
    "CHAT_BACKENDS": "where the browser client finds the chats",
    "CHAT_COMPANION": "where the browser client finds the companion, which runs a race's members",
}
"""The purpose of each environment variable."""
