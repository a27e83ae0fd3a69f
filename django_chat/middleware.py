"""The middleware of the views and of the consumer."""

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.request import split_domain_port, validate_host

from chat_core.accounts import RefusedCallError, too_many_handshakes
from chat_core.client_files import KEPT_UNCHANGED, response_headers
from chat_core.handshake import origin_allowed
from chat_core.hosts import host_in
from chat_core.unavailable import UnavailableError
from django_chat import errors
from django_chat.chat import chat

_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_HEADERS = response_headers(settings.CHAT.origins, settings.CHAT.companion_origins)
_KEPT = {name: _HEADERS[name] for name in KEPT_UNCHANGED}


class ResponseMiddleware:
    """Adds the security headers to every response, and answers refusals with JSON.

    Django's middleware adds the headers for which Django has a setting.
    """

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        response = await self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            errors.describe(response)
        if not response.streaming and not response.content:
            response.headers.pop("Content-Type", None)
        unchanged = response.status_code == HTTPStatus.NOT_MODIFIED
        for name, value in (_KEPT if unchanged else _HEADERS).items():
            response.setdefault(name, value)
        if response.status_code in _BODILESS:  # CommonMiddleware adds a Content-Length
            response.headers.pop("Content-Length", None)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> JsonResponse | None:
        """Django calls this when a view raises."""
        if isinstance(exception, (RefusedCallError, UnavailableError)):
            return errors.refuse(exception)
        return None


class HandshakeRateMiddleware:
    """Refuse handshakes from one address above CHAT_HANDSHAKE_RATE, before accept.

    The answer is HTTP 429, or 403 on a server without ASGI's extension for responses.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if chat.rooms.take_handshake(scope, time.monotonic()):
            await self.application(scope, receive, send)
            return
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close"})
            return
        response = errors.refuse(too_many_handshakes())
        headers = [(name.lower().encode(), text.encode()) for name, text in response.items()]
        start = {"type": "websocket.http.response.start", "status": 429, "headers": headers}
        await send(start)
        await send({"type": "websocket.http.response.body", "body": response.content})


class HostMiddleware:
    """Refuse a WebSocket that asks for another host, with HTTP 403, as `get_host` refuses HTTP."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        host, _ = split_domain_port(host_in(scope))
        if host and validate_host(host, settings.ALLOWED_HOSTS):
            await self.application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})


class OriginMiddleware:
    """Refuse a handshake from a page of an origin that is not allowed, with HTTP 403.

    Channels' OriginValidator also refuses a handshake without an Origin, which the contract allows.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        origin = dict(scope["headers"]).get(b"origin")
        if origin_allowed(origin and origin.decode("latin-1"), settings.CHAT.origins):
            await self.application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})
