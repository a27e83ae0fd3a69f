"""What the views of accounts ask before they begin."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from chat_core.accounts import check_origin, no_accounts
from django_chat.chat import chat
from django_chat.database import Database

Answer = Coroutine[Any, Any, HttpResponse]
View = Callable[[HttpRequest], Answer]


def same_origin(view: View) -> View:
    """Refuse a browser that comes from a page of others, with 403."""

    @wraps(view)
    async def checked(request: HttpRequest) -> HttpResponse:
        check_origin(request.headers.get("Origin"), settings.CHAT.origins)
        return await view(request)

    return checked


def with_database(
    view: Callable[[HttpRequest, Database], Answer],
) -> View:
    """Give the view a database to ask; without one there are no accounts, and that is 503."""

    @wraps(view)
    async def asked(request: HttpRequest) -> HttpResponse:
        if chat.database is None:
            raise no_accounts()
        return await view(request, chat.database)

    return asked
