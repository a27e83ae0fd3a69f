"""The errors that a server answers itself, before the application: `{"code", "detail"}`."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from chat_servers.settings import HEAD_BYTES, HEADERS

_CODES: Final = {
    HTTPStatus.FORBIDDEN: "refused",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "headers_too_large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}


def body(status: HTTPStatus, detail: str) -> bytes:
    """JSON with a code and a sentence, without internal details."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        detail = "the server failed"
    return json.dumps({"code": _CODES.get(status, "bad_request"), "detail": detail}).encode()


def refusal(status: HTTPStatus, detail: str, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """A complete HTTP/1.1 response; the connection closes after it."""
    return response(status, [("content-type", "application/json"), *headers], body(status, detail))


def response(status: HTTPStatus, headers: Iterable[tuple[str, str]], content: bytes) -> bytes:
    """A complete HTTP/1.1 response; the connection closes after it."""
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(f"{name}: {value}" for name, value in headers),
        f"content-length: {len(content)}",
        "connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


HEAD_TOO_LARGE: Final = refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    f"a request line with its headers takes at most {HEAD_BYTES} bytes and {HEADERS} headers",
)
BAD_REQUEST: Final = refusal(HTTPStatus.BAD_REQUEST, "this is no HTTP request")
BAD_HANDSHAKE: Final = refusal(
    HTTPStatus.BAD_REQUEST, "this is no WebSocket handshake: it takes a GET without a body"
)
