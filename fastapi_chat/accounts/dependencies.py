"""The dependencies of the calls of accounts.

All of them are coroutines, because FastAPI would run a plain function in a thread.
"""

from typing import Annotated

from fastapi import Cookie, Depends, Header, Request
from fastapi.security import APIKeyCookie

from chat_core import accounts
from chat_core.accounts import not_signed_in
from chat_core.client_address import scope_address, subscriber
from chat_core.handshake import Identity
from chat_core.login_throttle import LoginThrottle
from fastapi_chat import FRAMEWORK
from fastapi_chat.accounts import sessions
from fastapi_chat.database import Database
from fastapi_chat.dependencies import ChatDependency

SESSION_COOKIE = "chat_fastapi_session"

session_cookie = APIKeyCookie(name=SESSION_COOKIE, scheme_name=FRAMEWORK, auto_error=False)
"""Marks calls for signed-in users in the OpenAPI document; `signed_in` does the check."""


async def allowed_origin(
    chat: ChatDependency, origin: Annotated[str | None, Header(include_in_schema=False)] = None
) -> None:
    """Refuse a call from a page of an origin that is not allowed, with 403."""
    accounts.check_origin(origin, chat.settings.origins)


async def account_database(chat: ChatDependency) -> Database:
    """The database; 503 without one, because then there are no accounts."""
    if chat.database is None:
        raise accounts.no_accounts()
    return chat.database


async def client_address(chat: ChatDependency, request: Request) -> str:
    """The address that counts as one client."""
    return subscriber(scope_address(request.scope, chat.settings.trusted_proxies))


async def login_throttle(request: Request) -> LoginThrottle:
    """The process's own."""
    throttle: LoginThrottle = request.app.state.login_throttle
    return throttle


async def session_in(
    chat: ChatDependency,
    cookie: Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)] = None,
) -> str | None:
    """The key of the session of the cookie; the session may not exist."""
    return None if cookie is None else sessions.session_key(chat.settings.secret_key, cookie)


async def signed_in(
    chat: ChatDependency, session: Annotated[str | None, Depends(session_in)]
) -> Identity:
    """The signed-in identity. Raises RefusedCallError with 401 without one."""
    identity = None
    if chat.database is not None and session is not None:
        identity = await chat.database.read(sessions.identity_of, session)
    if identity is None:
        raise not_signed_in()
    return identity


async def login_required_unless_guests(
    chat: ChatDependency, session: Annotated[str | None, Depends(session_in)]
) -> None:
    """Refuse a request without a session, with 401, if guests are not allowed."""
    if not chat.settings.guests:
        await signed_in(chat, session)


DatabaseDependency = Annotated[Database, Depends(account_database)]
AddressDependency = Annotated[str, Depends(client_address)]
ThrottleDependency = Annotated[LoginThrottle, Depends(login_throttle)]
SessionDependency = Annotated[str | None, Depends(session_in)]
IdentityDependency = Annotated[Identity, Depends(signed_in)]
