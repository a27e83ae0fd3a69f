"""What the codes and the settings of `chat.v1` mean, in words: for the documents, not for a chat.

The numbers and the texts on the wire are where they are used; here is what stands nowhere else.
"""

from typing import Final

from chat_core.close_codes import CloseCode
from chat_core.frames import ErrorCode

ERRORS: Final[dict[ErrorCode, str]] = {
    "bad_json": "the frame, or an image's header, is no JSON in UTF-8, or has a lone surrogate",
    "not_an_object": "it is JSON, but no object",
    "unknown_type": "its `type` is missing, is no string, or is none of the contract's",
    "invalid_field": "a field is missing, of another type, or holds what it may not",
    "too_long": "a text has too many code points",
    "rate_limited": (
        "the connection, or its address, sent too many messages or bytes: this one was not sent"
    ),
    "unsupported_media": "a binary frame is no image that is taken, told by its first bytes",
    "too_large": (
        "an image has more bytes than `limits.image`, or the room holds as much as it may: the "
        "message was not kept"
    ),
    "unavailable": (
        "the fan-out or the database does not answer: it is not certain that the message was kept; "
        "say it again with the same `id`, and it is one message"
    ),
}
"""When each error code is the answer to a frame; the connection lives on."""

CLOSINGS: Final[dict[int, str]] = {
    CloseCode.NORMAL: "the client left, and the server agrees",
    CloseCode.UNSUPPORTED_DATA: "the server's WebSocket library does not take this kind of frame",
    CloseCode.INVALID_DATA: "a text frame is no UTF-8",
    CloseCode.POLICY_VIOLATION: "the client does not stop sending frames that are refused",
    CloseCode.TOO_BIG: "a frame is larger than the server's library lets through",
    CloseCode.INTERNAL_ERROR: "the server failed; nothing that a client could mend",
    CloseCode.RESTART: (
        "the server restarts, or what it needs was away at the handshake: come back, with `since`"
    ),
    CloseCode.TOO_SLOW: "what waited for this reader passed the outbox: come back, with `since`",
    CloseCode.BAD_HANDSHAKE: "a room, name or since that the contract does not allow",
    CloseCode.NOT_SIGNED_IN: (
        "nobody: no session, no name, or no guests here; a ticket that is spent or expired; "
        "a name that belongs to an account; or the session was signed out"
    ),
}
"""When a connection is closed with each code."""

SETTINGS: Final[dict[str, str]] = {
    "CHAT_FANOUT": "how a message reaches the others; the schemes that each chat has differ",
    "CHAT_HISTORY": "where messages and accounts are kept; `off`: nowhere, so only guests come",
    "CHAT_ENV": "`production` refuses what is only good for trying out",
    "CHAT_SECRET_KEY": "signs sessions; made at each start where it is not set",
    "CHAT_ORIGINS": "origins that browsers may come from; `*` allows all, not in production",
    "CHAT_HOSTS": "hosts that the chat is asked by, besides those of its origins and the loopback",
    "CHAT_GUESTS": "whether one may come in by a name alone",
    "CHAT_MAX_IMAGE_BYTES": "the largest image; the servers' own limits are set from it",
    "CHAT_RATE_LIMIT": "messages of one connection, in bursts up to twice as many",
    "CHAT_BYTE_RATE": (
        "bytes of one connection, and of one address, in bursts up to twice CHAT_MAX_IMAGE_BYTES"
    ),
    "CHAT_HANDSHAKE_RATE": "handshakes of one address; above it they are answered with HTTP 429",
    "CHAT_COMMIT_GROUP": "messages that arrive together and may be committed together",
    "CHAT_ROOM_BYTES": "what the history of one room may hold; above it nothing more is kept",
    "CHAT_LOGIN_LIMIT": "failed logins under one name from one address; ten times as many for each",
    "CHAT_TRUSTED_PROXIES": "proxies whose `X-Forwarded-For` names the client; none where empty",
    "CHAT_DEBUG": "the framework's own debugging",
    "CHAT_OUTBOX": "what may wait for one slow reader, in frames and bytes, whichever comes first",
    "CHAT_VARIANT": "which of a chat's own variants runs",
    "CHAT_BACKENDS": "where the browser client finds the chats",
    "CHAT_COMPANION": "where the browser client finds the companion, which brings a race members",
}
"""What each variable of the environment is for."""
