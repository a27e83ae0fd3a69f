"""The middleware of the endpoints."""

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
from chat_core.hosts import host_allowed, host_in

_CROSS_ORIGIN: Final = re.compile(cross_origin.PATHS)


class ResponseMiddleware:
    """Adds the security headers to every HTTP response.

    It is pure ASGI: `@app.middleware("http")` would add a task and a stream to each request.
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
    """Refuses a Host header that names no host of this chat: 400, and 403 for a WebSocket.

    Starlette's TrustedHostMiddleware answers with plain text, not with the contract's error. It
    refuses a WebSocket with an HTTP response, which not every server supports.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or host_allowed(host_in(scope), self.hosts):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(CloseCode.POLICY_VIOLATION)(scope, receive, send)
        else:
            refusal = unknown_host()
            await JSONResponse(refusal.body, refusal.status)(scope, receive, send)


class CrossOriginMiddleware(CORSMiddleware):
    """Starlette's middleware, only for paths that other origins may request."""

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
        """Add no CORS headers for other origins; Starlette would add one about credentials."""
        if not self.is_allowed_origin(request_headers.get("origin", "")):
            request_headers = Headers()
        await super().send(message, send, request_headers)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer with the allowed methods and headers, also if the requested ones are not allowed.

        The browser then does not send the request. Starlette's refusal is no error of the contract.
        """
        told = super().preflight_response(request_headers).headers
        known = "access-control-allow-origin" in told
        kept = {
            name: value
            for name, value in told.items()
            if name == "vary" or (known and name.startswith("access-control-"))
        }
        return Response(headers=kept)
