"""What stands around the endpoints."""

import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Final

from fastapi import Response
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from chat_core import cross_origin
from chat_core.accounts import unknown_host
from chat_core.client_files import KEPT_UNCHANGED
from chat_core.close_codes import CloseCode
from chat_core.hosts import host_allowed

_CROSS_ORIGIN: Final = re.compile(cross_origin.PATHS)


class ResponseMiddleware:
    """Every HTTP response goes out with the same security headers.

    Pure ASGI: `@app.middleware("http")` would give each request a task and a stream of its own.
    """

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = headers
        self.kept = {name: headers[name] for name in KEPT_UNCHANGED}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                unchanged = message["status"] == HTTPStatus.NOT_MODIFIED
                for name, value in (self.kept if unchanged else self.headers).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HostMiddleware:
    """Answers only who asks by a name of this chat: by another, 400, and 403 for a WebSocket.

    Starlette's TrustedHostMiddleware answers with a text, which is not the contract's error, and
    refuses a WebSocket in a way that not every server can.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or host_allowed(_host(scope), self.hosts):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(CloseCode.POLICY_VIOLATION)(scope, receive, send)
        else:
            refusal = unknown_host()
            await JSONResponse(refusal.body, refusal.status)(scope, receive, send)


class CrossOriginMiddleware(CORSMiddleware):
    """Starlette's own, on the paths that pages of other origins may ask."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        super().__init__(
            app,
            allow_origins=cross_origin.reading_origins(origins),
            allow_credentials=True,
            allow_methods=cross_origin.METHODS,
            allow_headers=cross_origin.HEADERS,
            expose_headers=cross_origin.EXPOSED_HEADERS,
            max_age=cross_origin.MAX_AGE_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _CROSS_ORIGIN.match(scope["path"]):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Tells a page of others nothing: Starlette would tell it that credentials are allowed."""
        if not self.is_allowed_origin(request_headers.get("origin", "")):
            request_headers = Headers()
        await super().send(message, send, request_headers)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Says what is allowed, and never fails: what is not allowed a browser does not ask.

        Starlette's refusal would be an error that is not the contract's.
        """
        told = super().preflight_response(request_headers).headers
        known = "access-control-allow-origin" in told
        kept = {
            name: value
            for name, value in told.items()
            if name == "vary" or (known and name.startswith("access-control-"))
        }
        return Response(headers=kept)


def _host(scope: Scope) -> str:
    """The Host header; where there is none, the address that was connected to, as in Django."""
    host = Headers(scope=scope).get("host")
    if host is None and scope.get("server"):
        host = scope["server"][0]
    return host or ""
