"""WebSocket close codes of `chat.v1`, with the reason text of each."""

from typing import Final


class CloseCode:
    """RFC 6455 codes as this contract uses them; it defines the codes 44xx itself.

    They are plain integers, because Daphne's WebSocket library accepts no IntEnum.
    """

    NORMAL: Final = 1000
    UNSUPPORTED_DATA: Final = 1003
    INVALID_DATA: Final = 1007
    POLICY_VIOLATION: Final = 1008
    TOO_BIG: Final = 1009
    INTERNAL_ERROR: Final = 1011
    RESTART: Final = 1012
    TOO_SLOW: Final = 1013
    BAD_HANDSHAKE: Final = 4400
    NOT_SIGNED_IN: Final = 4401
    NOT_INVITED: Final = 4403


REASONS: Final[dict[int, str]] = {
    CloseCode.POLICY_VIOLATION: "too many frames that were refused",
    CloseCode.INTERNAL_ERROR: "the server failed",
    CloseCode.RESTART: "the server restarts, or what it needs does not answer: come back",
    CloseCode.TOO_SLOW: "you read too slowly: come back",
    CloseCode.NOT_SIGNED_IN: "sign in first",
    CloseCode.NOT_INVITED: "this room is private: come with an invitation that is valid",
}

SIGNED_OUT_REASON: Final = "signed out"
"""The reason for NOT_SIGNED_IN when the session of a socket ends."""

RESERVED_NAME_REASON: Final = "this name belongs to an account: sign in, or choose another"
"""The reason for NOT_SIGNED_IN when a guest's name belongs to an account, or is registered."""
