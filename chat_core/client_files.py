"""Where the browser client's files lie, and the headers that they go out with."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

CLIENT_DIRECTORY: Final = Path(__file__).resolve().parent.parent / "shared_client"
INDEX: Final = "index.html"
SMALLEST_COMPRESSED: Final = 200
"""Bytes; Django's own, which is not to be set."""


def response_headers(origins: Collection[str], companions: Collection[str] = ()) -> dict[str, str]:
    """Headers of every response: nothing inline, and talk only to these origins."""
    others = sorted(origins)
    asked = {*origins, *companions}
    connect = sorted({each for origin in asked for each in (origin, _socket_origin(origin))})
    return {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            f"img-src 'self' blob: data: {' '.join(others)}; "
            f"connect-src 'self' {' '.join(connect)}; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def _socket_origin(origin: str) -> str:
    return origin.replace("http", "ws", 1)
