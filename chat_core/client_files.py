"""Where the browser client's files lie, what of them is sent, and the headers that go with it."""

import os
import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Final

CLIENT_DIRECTORY: Final = Path(__file__).resolve().parent.parent / "shared_client"
INDEX: Final = "index.html"
SMALLEST_COMPRESSED: Final = 200
"""Bytes; Django's own, which is not to be set."""
KEPT_UNCHANGED: Final = ("Cache-Control",)
"""Headers that a 304 has, too: the others a browser keeps from what it was sent before."""

_CODE: Final = {".js", ".css"}
_UNSENT: Final = re.compile(
    rb"""
    ^[ \t]* (?: // [^\n]* | /\* (?: [^*] | \*(?!/) )* \*/ [ \t]* ) $  # comments
    | [ \t]+ // [ ] [^'"`\n]* $  # comments beside code: what holds a quote might be in a text
    | /\*\* [ ] @ (?: [^*\n] | \*(?!/) )* \*/ [ ]?  # types
    | ^[ \t]+  # indentation
    """,
    re.MULTILINE | re.VERBOSE,
)


def sent_bytes(file: Path) -> bytes:
    """A file as it is sent: without what is for who reads the source alone.

    That are comments, types and indentation, a third of what would be sent.
    The lines of the rest stay where they are, so that what a browser tells of them is found in the
    source. No text in the client goes over several lines.
    """
    return _sent_bytes(file, etag(file.stat()))


def etag(stat: os.stat_result) -> str:
    """What changes with a file; weak, for compressed and plain bytes have it alike."""
    return f'W/"{stat.st_mtime_ns:x}-{stat.st_size:x}"'


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


@lru_cache(maxsize=256)
def _sent_bytes(file: Path, _version: str) -> bytes:
    content = file.read_bytes()
    if file.suffix not in _CODE:
        return content
    return _UNSENT.sub(lambda found: b"\n" * found[0].count(b"\n"), content)


def _socket_origin(origin: str) -> str:
    return origin.replace("http", "ws", 1)
