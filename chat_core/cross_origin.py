"""What a page that the other backend served may ask of this one: CORS, the same in both chats."""

from collections.abc import Iterable
from typing import Final

PATHS: Final = r"/(api/|healthz\Z|client/backends\.json\Z)"
"""How the paths begin that are answered to other origins; the client's own files are not."""

METHODS: Final = ("GET", "POST")
HEADERS: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
"""A call has its JSON in the body; the others a browser sends unasked, and Starlette names them."""

EXPOSED_HEADERS: Final = ("Retry-After",)
MAX_AGE_SECONDS: Final = 2 * 60 * 60
"""How long a browser need not ask again; Chromium keeps it no longer."""


def reading_origins(origins: Iterable[str]) -> frozenset[str]:
    """Origins whose pages may read answers, cookies and all: those that are named, never all."""
    return frozenset(origins) - {"*"}
