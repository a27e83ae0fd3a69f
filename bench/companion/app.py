"""The companion's routes.

`/members` is for the race, `/stacks` controls what `chatbench up` started, and `/docs/…` has the
pages and the explorer. `/code/…` has the code of the chats, and `/company` the synthetic people,
for the client.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from bench.companion.code import code_of
from bench.companion.company.company import Company
from bench.companion.crew import Places
from bench.companion.documents import EXPLORER, MEDIA, PROGRAM, RAW, Documents
from bench.companion.headers import HeadersMiddleware
from bench.companion.line import Line
from bench.companion.pages_only import readable
from bench.companion.session import Session
from bench.companion.stacks_session import StacksSession
from chat_core.client_files import CLIENT_DIRECTORY
from chat_core.close_codes import CloseCode
from chat_core.frames import SUBPROTOCOL
from chat_core.handshake import origin_allowed
from chat_core.settings import Settings

MOST_PAGES: Final = 16
"""Sockets of pages."""
MOST_MEMBERS: Final = 800
"""The largest number of members, over all pages and backends."""
MOST_BYTES: Final = 64
"""The largest body."""
_PAGES: Final = Path(__file__).parent / "pages"


class Switch(msgspec.Struct, frozen=True):
    """Whether the synthetic people shall be there."""

    on: bool


class Companion:
    """The state that the routes share."""

    def __init__(self, settings: Settings, documents: Path, line: Line, company_room: str) -> None:
        self.line = line
        self.backends: Mapping[str, str] = dict(settings.backends)
        self.origins = settings.origins
        self.documents = Documents(documents, sorted(settings.origins - {"*"}))
        self.places = Places(MOST_MEMBERS)
        self.company = Company(self.backends, company_room)
        self.pages = 0

    async def members(self, socket: WebSocket) -> None:
        """Serve the socket of one page that races until it closes."""
        await self._serve(socket, self.origins, lambda: Session(socket, self.backends, self.places))

    async def stacks(self, socket: WebSocket) -> None:
        """Serve the socket of one page that looks at the stacks until it closes."""
        named = self.origins - {"*"}  # no foreign page may stop a server
        await self._serve(socket, named, lambda: StacksSession(socket, self.line))

    async def _serve(
        self,
        socket: WebSocket,
        origins: Collection[str],
        session: Callable[[], Session | StacksSession],
    ) -> None:
        origin = socket.headers.get("origin")
        # Unlike a chat: only the chats' pages need these routes, so a missing Origin is refused.
        if origin is None or not origin_allowed(origin, origins):
            await socket.close()  # before accept: HTTP 403
            return
        offered = socket.scope["subprotocols"]
        await socket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        if self.pages >= MOST_PAGES:
            await socket.close(CloseCode.TOO_SLOW, f"{MOST_PAGES} pages are here already")
            return
        self.pages += 1
        try:
            await session().run()
        finally:
            self.pages -= 1

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """The company comes at the start, and leaves before the process ends."""
        await self.company.set(True)
        yield
        await self.company.set(False)

    async def healthz(self, _: Request) -> Response:
        """Report that the companion serves, and for which backends."""
        return JSONResponse(
            {
                "status": "ok",
                "backends": list(self.backends),
                "pages": self.pages,
                "members": self.places.taken,
            }
        )

    async def index(self, _: Request) -> Response:
        """All pages."""
        return HTMLResponse(await self.documents.index())

    async def document(self, request: Request) -> Response:
        """One page, picture or file of the explorer. Only names from the lists are served."""
        path: str = request.path_params["path"]
        if not path:
            return RedirectResponse("/")
        if path == EXPLORER.removesuffix("/"):  # the addresses in it are relative to its folder
            return RedirectResponse(f"/docs/{EXPLORER}")
        if (file := await self.documents.program(path)) is not None:
            return FileResponse(file, media_type=PROGRAM[file.suffix])
        if (picture := await self.documents.picture(path)) is not None:
            return FileResponse(picture, media_type=MEDIA[picture.suffix])
        if (page := await self.documents.page(path)) is not None:
            return HTMLResponse(page)
        # The explorer links to files, because plain file servers serve it, too.
        name = path.removesuffix(".md").removesuffix("/README")
        if path.endswith(".md") and await self.documents.page(name) is not None:
            return RedirectResponse(f"/docs/{quote(name)}")
        raise HTTPException(404)

    async def code(self, request: Request) -> Response:
        """The lines of both chats that make a feature, for the chats' pages."""
        headers = readable(request, self.origins)
        if (code := await asyncio.to_thread(code_of, request.path_params["feature"])) is None:
            raise HTTPException(404, headers=headers)
        return JSONResponse(code, headers=headers)

    async def company_status(self, request: Request) -> Response:
        """The synthetic people, for the chats' pages."""
        return JSONResponse(self.company.status, headers=readable(request, self.origins))

    async def company_switch(self, request: Request) -> Response:
        """Switch them on or off, for everybody.

        The JSON is sent as text, so that a browser asks no permission first: the Origin decides.
        """
        headers = readable(request, self.origins, changes=True)
        try:
            size = int(request.headers.get("content-length", MOST_BYTES + 1))
            body = await request.body() if size <= MOST_BYTES else b""
            wanted = msgspec.json.decode(body, type=Switch)
        except msgspec.DecodeError:
            detail = 'The body is {"on": true} or {"on": false}.'
            raise HTTPException(400, detail, headers) from None
        await self.company.set(wanted.on)
        return JSONResponse(self.company.status, headers=headers)

    async def raw(self, request: Request) -> Response:
        """A file of a run."""
        if (file := await self.documents.raw(request.path_params["path"])) is None:
            raise HTTPException(404)
        return FileResponse(file, media_type=RAW[file.name])


async def style(_: Request) -> Response:
    """Of all pages."""
    return FileResponse(_PAGES / "style.css", media_type="text/css")


async def icon(_: Request) -> Response:
    """The client's own."""
    return FileResponse(CLIENT_DIRECTORY / "icon.svg", media_type="image/svg+xml")


async def refuse(_: Request, error: Exception) -> Response:
    """An HTTP error as one sentence."""
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)


async def fail(_: Request, __: Exception) -> Response:
    """A 500 without details: the error itself is only logged."""
    return PlainTextResponse("The companion failed.\n", 500)


def create_app(settings: Settings, documents: Path, line: Line, company_room: str = "") -> ASGIApp:
    """Put it together. Synthetic people talk in the room `company_room`, if there is one."""
    companion = Companion(settings, documents, line, company_room)
    application = Starlette(
        lifespan=companion.lifespan,
        routes=[
            WebSocketRoute("/members", companion.members),
            WebSocketRoute("/stacks", companion.stacks),
            Route("/healthz", companion.healthz),
            Route("/", companion.index),
            Route("/docs/{path:path}", companion.document),
            Route("/code/{feature}", companion.code),
            Route("/company", companion.company_status),
            Route("/company", companion.company_switch, methods=["POST"]),
            Route("/bench/results/{path:path}", companion.raw),
            Route("/style.css", style),
            Route("/icon.svg", icon),
        ],
        middleware=[
            Middleware(
                TrustedHostMiddleware, allowed_hosts=sorted(settings.hosts), www_redirect=False
            )
        ],
        exception_handlers={HTTPException: refuse, Exception: fail},
    )
    return HeadersMiddleware(application)  # outermost, so that answers to failures have them, too
