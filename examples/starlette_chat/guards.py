"""What every request passes: hosts, headers of answers, other origins, and failures."""

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from chat_core import cross_origin
from chat_core.accounts import RefusedCallError, unknown_host
from chat_core.body_limit import BodyLimitMiddleware
from chat_core.client_files import KEPT_UNCHANGED, response_headers
from chat_core.close_codes import CloseCode
from chat_core.hosts import host_allowed
from chat_core.settings import Settings

_CROSS_ORIGIN: Final = re.compile(cross_origin.PATHS)


class Guard:
    """Refuses unknown hosts, and adds the headers of every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = settings.hosts
        self._headers = response_headers(settings.origins, settings.companion_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                kept = KEPT_UNCHANGED if message["status"] == 304 else self._headers
                for name in kept:
                    headers.setdefault(name, self._headers[name])
            await send(message)

        if scope["type"] == "lifespan" or host_allowed(_host(scope), self._hosts):
            await self._app(scope, receive, with_headers)
        elif scope["type"] == "websocket":
            await WebSocketClose(CloseCode.POLICY_VIOLATION)(scope, receive, send)
        else:
            refusal = unknown_host()
            await JSONResponse(refusal.body, refusal.status)(scope, receive, with_headers)


class CrossOrigin(CORSMiddleware):
    """Starlette's middleware, for the paths and the origins of the contract."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(
            app,
            allow_origins=cross_origin.reading_origins(settings.origins),
            allow_credentials=True,
            allow_methods=cross_origin.METHODS,
            allow_headers=cross_origin.HEADERS,
            expose_headers=cross_origin.EXPOSED_HEADERS,
            max_age=cross_origin.MAX_AGE_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leave the other paths alone."""
        crossed = scope["type"] == "http" and _CROSS_ORIGIN.match(scope["path"])
        await (super().__call__ if crossed else self.app)(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Tell other origins nothing."""
        if not self.is_allowed_origin(request_headers.get("origin", "")):
            request_headers = Headers()
        await super().send(message, send, request_headers)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Name what is allowed, also where it was not asked for."""
        told = super().preflight_response(request_headers).headers
        known = "access-control-allow-origin" in told
        return Response(
            headers={
                name: value
                for name, value in told.items()
                if name == "vary" or (known and name.startswith("access-control-"))
            }
        )


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedCallError)
    return JSONResponse(error.body, error.status, error.headers)


async def _turn_away(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}[error.status_code]
    return JSONResponse(
        {"code": code, "detail": error.detail}, error.status_code, headers=error.headers
    )


async def _fail(_: Request, __: Exception) -> Response:
    return JSONResponse({"code": "internal", "detail": "the server failed"}, 500)


def _host(scope: Scope) -> str:
    host = Headers(scope=scope).get("host")
    if host is None and scope.get("server"):
        host = scope["server"][0]
    return host or ""


HANDLERS: Final[dict[type[Exception], ExceptionHandler]] = {
    RefusedCallError: _refuse,
    HTTPException: _turn_away,
}


def guards(settings: Settings) -> list[Middleware]:
    """The outermost first."""
    return [
        Middleware(BodyLimitMiddleware),
        Middleware(Guard, settings),
        Middleware(CrossOrigin, settings),
        Middleware(ServerErrorMiddleware, handler=_fail),
    ]
