"""The ASGI application: `uvicorn examples.starlette_chat.app:app`."""

import contextlib
import mimetypes
import os
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from chat_core import accounts, handshake, history_query
from chat_core.accounts import invalid_ticket, not_signed_in, too_many_handshakes
from chat_core.client_files import CLIENT_DIRECTORY, INDEX, compress, encoded, etag
from chat_core.close_codes import REASONS, CloseCode
from chat_core.frames import SUBPROTOCOL
from chat_core.handshake import (
    Identity,
    RefusedHandshakeError,
    origin_allowed,
    read_guest,
    read_handshake,
    ticket_in,
)
from chat_core.settings import Settings, SettingsError
from examples.starlette_chat.guards import HANDLERS, guards
from examples.starlette_chat.room import FRAMEWORK, Chat, close, stay

_ROOMS: Final = "/ws/rooms/"
_SESSION: Final = re.compile("chat_[a-z]+_session")
"""The cookies of the chats' sessions."""


class Socket:
    """The WebSocket side; a room's name may hold any character, so it is cut from the path."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def serve(self, socket: WebSocket) -> None:
        """A member's connection, from handshake to close."""
        chat = self._chat
        chat.start()
        if not chat.rooms.take_handshake(socket.scope, time.monotonic()):
            refusal = too_many_handshakes()
            answer = JSONResponse(refusal.body, refusal.status, refusal.headers)
            await socket.send_denial_response(answer)
            return
        if not origin_allowed(socket.headers.get("origin"), chat.settings.origins):
            await socket.close(CloseCode.POLICY_VIOLATION)
            return
        offered = socket.scope["subprotocols"]
        try:
            await socket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
            room = socket.scope["path"].removeprefix(_ROOMS)
            asked = read_handshake(room, socket.query_params.get("since"))
            await stay(chat, socket, asked, self._identity(socket))
        except RefusedHandshakeError as refused:
            await close(socket, refused.code, refused.reason)
        except WebSocketDisconnect:
            pass
        except Exception as error:  # a mistake of the chat
            chat.rooms.failed(error)
            await close(socket, CloseCode.INTERNAL_ERROR, REASONS[CloseCode.INTERNAL_ERROR])

    def _identity(self, socket: WebSocket) -> Identity:
        """Without accounts, all members are guests."""
        if ticket_in(socket.scope["subprotocols"]) is not None:
            raise invalid_ticket()
        name = socket.query_params.get("name")
        if name is None and any(_SESSION.fullmatch(each) for each in socket.cookies):
            raise handshake.not_signed_in()  # a session that nobody knows
        return Identity(read_guest(name, guests=self._chat.settings.guests))


class Calls:
    """The HTTP side."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def healthz(self, _: Request) -> Response:
        """Who serves."""
        return JSONResponse({"status": "ok", **msgspec.to_builtins(self._chat.rooms.server)})

    async def rooms(self, request: Request) -> Response:
        """The rooms with members; none is private."""
        if request.method == "POST":
            return await self.account(request)
        self._check_guests()
        found = await self._chat.roster.rooms()
        return JSONResponse([{"room": each.room, "members": each.members} for each in found])

    async def backends(self, _: Request) -> Response:
        """Where the chats are."""
        told = self._chat.settings
        known = {"self": FRAMEWORK, "backends": dict(told.backends)}
        return JSONResponse(known | {"companion": told.companion or None})

    async def account(self, request: Request) -> Response:
        """There are no accounts."""
        self._check_origin(request)
        raise accounts.no_accounts()

    async def logout(self, request: Request) -> Response:
        """Nobody is signed in."""
        self._check_origin(request)
        return Response(status_code=204)

    async def me(self, _: Request) -> Response:
        """Nobody is signed in."""
        raise not_signed_in()

    async def messages(self, request: Request) -> Response:
        """No message is kept."""
        self._check_guests()
        asked = request.query_params
        history_query.read_query(
            request.path_params["room"], asked.get("before"), asked.get("limit")
        )
        return JSONResponse([])

    async def image(self, _: Request) -> Response:
        """No image is kept."""
        self._check_guests()
        raise history_query.no_image()

    def _check_guests(self) -> None:
        if not self._chat.settings.guests:
            raise not_signed_in()

    def _check_origin(self, request: Request) -> None:
        accounts.check_origin(request.headers.get("origin"), self._chat.settings.origins)


class ClientFiles(StaticFiles):
    """Starlette's class, with bodies that are compressed ahead, and one ETag for all of them."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """In a thread, so a file is compressed here at its first use."""
        found, stat = super().lookup_path(path)
        if found and Path(found).is_file():
            compress(Path(found))
        return found, stat

    def file_response(
        self, full_path: Any, stat_result: os.stat_result, scope: Scope, *_: Any
    ) -> Response:
        asked = Headers(scope=scope)
        told = {"ETag": etag(stat_result), "Vary": "Accept-Encoding"}
        if (known := asked.get("if-none-match", "")) == "*" or told["ETag"] in known:
            return Response(status_code=304, headers=told)
        body, coding = encoded(Path(full_path), ",".join(asked.getlist("accept-encoding")))
        media = mimetypes.guess_type(full_path)[0]
        return Response(body, headers=told | coding, media_type=media)


def create_app(settings: Settings) -> Starlette:
    """Put it together."""
    chat = Chat(settings)
    calls, files = Calls(chat), ClientFiles(directory=CLIENT_DIRECTORY)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        chat.start()
        yield
        chat.stop()

    async def index(request: Request) -> Response:
        return await files.get_response(INDEX, request.scope)

    app = Starlette(
        routes=[
            Route("/healthz", calls.healthz),
            Route("/api/rooms", calls.rooms, methods=["GET", "POST"]),
            Route("/api/rooms/{room}/invitations", calls.account, methods=["POST", "DELETE"]),
            Route("/api/rooms/{room}/messages", calls.messages),
            Route("/api/rooms/{room}/images/{seq}", calls.image),
            *(Route(f"/api/{name}", calls.account, methods=["POST"]) for name in _ACCOUNTS),
            Route("/api/logout", calls.logout, methods=["POST"]),
            Route("/api/me", calls.me),
            Route("/client/backends.json", calls.backends),
            Route("/", index),
            Mount("/client", files),
            WebSocketRoute(f"{_ROOMS}{{room:path}}", Socket(chat).serve),
        ],
        middleware=guards(settings),
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


_ACCOUNTS: Final = ("register", "login", "ticket")

try:
    app = create_app(Settings.from_environ(os.environ, ("memory",), ("standard",)))
except SettingsError as error:
    raise SystemExit(str(error)) from None
