"""What stands around the views, and around the consumer."""

from typing import Any

from channels.auth import AuthMiddleware
from channels.sessions import CookieMiddleware
from channels.sessions import SessionMiddleware as ChannelsSessionMiddleware
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions import middleware
from django.http import HttpRequest, HttpResponseBase

from chat_core.handshake import ticket_in
from chat_core.unavailable import UnavailableError
from django_chat.accounts.sessions import user_of
from django_chat.chat import chat
from django_chat.errors import refuse


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's own; what it saves is saved by a thread of the database's, not of the request's.

    A request's thread would connect for itself, and a database that is frozen would hold it.
    """

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        self.process_request(request)
        get_response: Any = self.get_response  # which Django has made asynchronous
        response = await get_response(request)
        if chat.database is None or not request.session.modified:
            return self.process_response(request, response)
        try:
            return await chat.database.write(self.process_response, request, response)
        except UnavailableError as exc:
            return refuse(exc)


class UserMiddleware(AuthMiddleware):
    """Channels' own, but for two things.

    It asks the database in a thread of the database's: Channels has one thread for all consumers
    of a process, and every delivery would wait. And it asks before accept, when an exception would
    be HTTP 500, which no script of a browser can see: what could not be asked, `identify` tells.
    """

    async def resolve_scope(self, scope: Any) -> None:
        scope["user"]._wrapped = AnonymousUser()
        if settings.SESSION_COOKIE_NAME not in scope["cookies"] or ticket_in(scope["subprotocols"]):
            return  # it would find nobody, or nobody would ask
        assert chat.database is not None, "without one this is not in the stack"
        try:
            scope["user"]._wrapped = await chat.database.read(user_of, scope["session"])
        except UnavailableError as exc:
            scope["unavailable"] = exc


def account_middleware_stack(inner: Any) -> Any:
    """Channels' stack of cookies, sessions and users; without a database, cookies alone."""
    if chat.database is None:
        return CookieMiddleware(inner)
    return CookieMiddleware(ChannelsSessionMiddleware(UserMiddleware(inner)))
