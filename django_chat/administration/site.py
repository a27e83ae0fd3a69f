"""Django's admin in an asynchronous chat: its views ask the database in the database's threads.

As they are, Django would run them in a thread of the request, which would connect for itself, and
which a database that is frozen would hold.
"""

import time
from collections.abc import Callable, Coroutine, Iterable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from chat_core.accounts import no_accounts
from chat_core.names import fold_name

View = Callable[..., HttpResponse]
AsyncView = Callable[..., Coroutine[Any, Any, HttpResponse]]


class ChatAdminConfig(AdminConfig):
    """The admin, with the site below."""

    default_site = "django_chat.administration.site.ChatAdminSite"


class ChatAdminSite(AdminSite):
    """Django's own, under ASGI."""

    site_header = site_title = "chat.v1 on Django Channels"
    index_template = "django_chat/admin_index.html"

    def get_urls(self) -> list[Any]:
        urls = super().get_urls()
        _ask_in_database(urls)
        return urls


def _ask_in_database(patterns: Iterable[URLPattern | URLResolver]) -> None:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _ask_in_database(pattern.url_patterns)
        else:
            pattern.callback = _in_database(pattern.callback)
            if pattern.name == "login":
                pattern.callback = _throttled(pattern.callback)


def _in_database(view: View) -> AsyncView:
    from django_chat.chat import chat  # which has settings, and is made after the applications

    @wraps(view)
    async def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if chat.database is None:
            raise no_accounts()
        ask = chat.database.read if request.method in ("GET", "HEAD") else chat.database.write
        return await ask(_rendered, view, request, *args, **kwargs)

    return asked


def _rendered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """A template asks the database while it is rendered."""
    response = view(request, *args, **kwargs)
    render = getattr(response, "render", None)
    return response if render is None else render()


class _FormAgainError(Exception):
    """A login that failed, with what is answered."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def _throttled(login: AsyncView) -> AsyncView:
    """The admin's login counts as the chat's own does."""
    from django_chat.accounts.views import client_of, throttle

    @wraps(login)
    async def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return await login(request, *args, **kwargs)
        name = fold_name(str(request.POST.get("username", "")))
        try:
            async with throttle.login(name, client_of(request), time.time()):
                response = await login(request, *args, **kwargs)
                if not response.has_header("Location"):
                    raise _FormAgainError(response)
        except _FormAgainError as failed:
            return failed.response
        return response

    return counted
