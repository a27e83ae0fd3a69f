"""The middleware of accounts, for views and for the consumer."""

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
    """Django's middleware, but sessions are saved in a database thread, not in a request's thread.

    A request's thread would open a separate connection, and a frozen database would block it.
    """

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        self.process_request(request)
        get_response: Any = self.get_response  # Django has made it asynchronous
        response = await get_response(request)
        if chat.database is None or not request.session.modified:
            return self.process_response(request, response)
        try:
            return await chat.database.write(self.process_response, request, response)
        except UnavailableError as exc:
            return refuse(exc)


class UserMiddleware(AuthMiddleware):
    """Channels' middleware, with two differences.

    It queries in a database thread: Channels has one thread for all consumers of a process, and
    every delivery would wait for it. And it does not raise during an outage: it runs before accept,
    where an exception gives HTTP 500, which a browser's script cannot see. `identify` reports the
    outage later.
    """

    async def resolve_scope(self, scope: Any) -> None:
        scope["user"]._wrapped = AnonymousUser()
        if settings.SESSION_COOKIE_NAME not in scope["cookies"] or ticket_in(scope["subprotocols"]):
            return  # there is no session, or the ticket decides
        assert chat.database is not None, "without one this is not in the stack"
        try:
            scope["user"]._wrapped = await chat.database.read(user_of, scope["session"])
        except UnavailableError as exc:
            scope["unavailable"] = exc


def account_middleware_stack(inner: Any) -> Any:
    """Channels' stack of cookies, sessions and users; without a database, only cookies."""
    if chat.database is None:
        return CookieMiddleware(inner)
    return CookieMiddleware(ChannelsSessionMiddleware(UserMiddleware(inner)))
