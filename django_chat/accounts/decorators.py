"""Decorators that check a request before its view."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from chat_core.accounts import check_origin, no_accounts, not_signed_in
from chat_core.handshake import Identity
from django_chat.accounts import sessions
from django_chat.chat import chat

Answer = Coroutine[Any, Any, HttpResponse]
View = Callable[..., Answer]


def allowed_origin(view: View) -> View:
    """Refuse a call from a page of an origin that is not allowed, with 403."""

    @wraps(view)
    async def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_origin(request.headers.get("Origin"), settings.CHAT.origins)
        return await view(request, *args, **kwargs)

    return checked


def with_database(view: View) -> View:
    """Give the view the database; answer 503 without one, because then there are no accounts."""

    @wraps(view)
    async def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if chat.database is None:
            raise no_accounts()
        return await view(request, chat.database, *args, **kwargs)

    return asked


def login_required_unless_guests(view: View) -> View:
    """Refuse a request without a session, with 401, if guests are not allowed."""

    @wraps(view)
    async def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.CHAT.guests:
            await signed_in(request)
        return await view(request, *args, **kwargs)

    return checked


async def signed_in(request: HttpRequest) -> Identity:
    """The signed-in identity. Raises RefusedCallError with 401 without one."""
    identity = None
    if chat.database is not None and settings.SESSION_COOKIE_NAME in request.COOKIES:
        identity = await chat.database.read(sessions.identity_of, request)
    if identity is None:
        raise not_signed_in()
    return identity
