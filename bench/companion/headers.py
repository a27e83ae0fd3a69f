"""The security headers of the companion's answers."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.companion.documents import EXPLORER

_EXPLORER: Final = f"/docs/{EXPLORER}"
"""The one page that is a program."""
_PAGES: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PROGRAM: Final = _PAGES.replace("style-src", "script-src 'self'; connect-src 'self'; style-src")
# A chart opened directly is a document with inline styles.
_PICTURES: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class HeadersMiddleware:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        page = _PROGRAM if scope["path"].startswith(_EXPLORER) else _PAGES

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                picture = headers.get("content-type", "").startswith("image/")
                headers["Content-Security-Policy"] = _PICTURES if picture else page
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cache-Control"] = "no-cache"
            await send(message)

        await self.app(scope, receive, send_with_headers)
