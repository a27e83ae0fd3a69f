"""WebSocket close codes of `chat.v1`, with the reason that goes with each."""

from enum import IntEnum


class CloseCode(IntEnum):
    """RFC 6455 codes as this contract uses them; 44xx are its own."""

    NORMAL = 1000
    UNSUPPORTED_DATA = 1003
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    TOO_BIG = 1009
    INTERNAL_ERROR = 1011
    RESTART = 1012
    TOO_SLOW = 1013
    BAD_HANDSHAKE = 4400
    NOT_SIGNED_IN = 4401


REASONS = {
    CloseCode.POLICY_VIOLATION: "too many frames that were refused",
    CloseCode.RESTART: "the server restarts: come back",
    CloseCode.TOO_SLOW: "you read too slowly: come back",
    CloseCode.NOT_SIGNED_IN: "sign in first",
}
