"""The browser client's files: their folder, their compressed bodies and their headers."""

import gzip
import os
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import brotli

CLIENT_DIRECTORY: Final = Path(__file__).resolve().parent.parent / "shared_client"
INDEX: Final = "index.html"
KEPT_UNCHANGED: Final = (
    "Cache-Control",
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
)
"""The headers of a 304. A browser keeps the long security header from its first answer."""

_IDENTITY: Final = "identity"
_COMPRESSED_SUFFIXES: Final = {".css", ".html", ".js", ".json", ".svg"}
_WINDOW_BITS: Final = 16
"""64 KiB, more than any of the files: a larger window takes six times as long."""
_MOST_FILES: Final = 256
_LEAST_WEIGHT: Final = 0.0001
"""Below every weight that a browser can name: identity is chosen only if no coding is accepted."""


def encoded(file: Path, accepted: str) -> tuple[bytes, dict[str, str]]:
    """A file's body as a browser takes it, and the header that names its coding, if it has one.

    `accepted` is what the Accept-Encoding header says, "" without one. The first call for each
    version of a file compresses it, which takes some 5 ms: it is not for an event loop.
    """
    bodies = compress(file)
    coding = preferred_coding(accepted, bodies)
    return bodies[coding], {} if coding == _IDENTITY else {"Content-Encoding": coding}


def compress(file: Path) -> Mapping[str, bytes]:
    """A file's bodies by content coding, best first; made once for each version of the file."""
    return _compress(file, etag(file.stat()))


def preferred_coding(accepted: str, offered: Collection[str]) -> str:
    """The coding of `offered` with the highest weight in the header; the first of equal ones.

    It is "identity" if the header accepts none of the others.
    """
    weights = _weights(accepted)
    anything = weights.get("*", 0.0)

    def weight(coding: str) -> float:
        least = _LEAST_WEIGHT if coding == _IDENTITY else 0.0
        return weights.get(coding, max(anything, least))

    best = max(offered, key=weight)
    return best if weight(best) > 0 else _IDENTITY


def etag(stat: os.stat_result) -> str:
    """The ETag of a file. It is weak, because compressed and plain bodies share it."""
    return f'W/"{stat.st_mtime_ns:x}-{stat.st_size:x}"'


def response_headers(origins: Collection[str], companions: Collection[str] = ()) -> dict[str, str]:
    """Headers of every response: no inline code, and connections only to these origins."""
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
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


@lru_cache(maxsize=_MOST_FILES)
def _compress(file: Path, _version: str) -> Mapping[str, bytes]:
    content = file.read_bytes()
    if file.suffix not in _COMPRESSED_SUFFIXES:
        return {_IDENTITY: content}
    bodies = {
        "br": brotli.compress(content, mode=brotli.MODE_TEXT, lgwin=_WINDOW_BITS),
        "gzip": gzip.compress(content, mtime=0),
    }
    smaller = {coding: body for coding, body in bodies.items() if len(body) < len(content)}
    return smaller | {_IDENTITY: content}


def _weights(accepted: str) -> dict[str, float]:
    """The codings that an Accept-Encoding header names, with their weights from 0 to 1."""
    weights = {}
    for item in filter(None, accepted.lower().split(",")):
        coding, _, parameter = item.partition(";")
        name, _, value = parameter.partition("=")
        try:
            weights[coding.strip()] = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights


def _socket_origin(origin: str) -> str:
    return origin.replace("http", "ws", 1)
