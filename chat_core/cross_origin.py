"""What a page from the other backend may request from this one: CORS, the same in both chats."""

from collections.abc import Iterable
from typing import Final

PATHS: Final = r"/(api/|healthz\Z|client/backends\.json\Z)"
"""The prefixes of paths with CORS headers; the client's files have none."""

METHODS: Final = ("GET", "POST", "DELETE")
HEADERS: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
"""A call needs this header for its JSON body. Browsers send the others without a preflight, and
Starlette names them."""

EXPOSED_HEADERS: Final = ("Retry-After",)
MAX_AGE_SECONDS: Final = 2 * 60 * 60
"""How long a browser may keep a preflight's answer in seconds; Chromium's largest value."""


def reading_origins(origins: Iterable[str]) -> frozenset[str]:
    """Origins whose pages may read answers with cookies: only named origins, never `*`."""
    return frozenset(origins) - {"*"}
