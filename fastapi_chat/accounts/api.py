"""The calls of accounts: register, login, logout, me, ticket."""

import time

from fastapi import APIRouter, Depends, Request, Response, Security

from chat_core import accounts, protocol_limits
from chat_core.accounts import name_taken, wrong_password
from chat_core.identity_watch import guest_topic, session_topic
from fastapi_chat.accounts import sessions, tickets, users
from fastapi_chat.accounts.credentials import CredentialsDependency, CredentialsRoute
from fastapi_chat.accounts.dependencies import (
    SESSION_COOKIE,
    AddressDependency,
    DatabaseDependency,
    IdentityDependency,
    SessionDependency,
    ThrottleDependency,
    allowed_origin,
    session_cookie,
)
from fastapi_chat.accounts.models import Account
from fastapi_chat.accounts.passwords import check_password, make_password
from fastapi_chat.chat import Chat
from fastapi_chat.database import Database
from fastapi_chat.dependencies import SAFE_METHODS, ChatDependency
from fastapi_chat.schemas import Account as AccountBody
from fastapi_chat.schemas import Ticket, failures

router = APIRouter(prefix="/api", responses=failures(503))
with_credentials = APIRouter(route_class=CredentialsRoute)


@with_credentials.post("/register", responses=failures(400, 403, 409, 429))
async def register(
    response: Response,
    chat: ChatDependency,
    database: DatabaseDependency,
    address: AddressDependency,
    credentials: CredentialsDependency,
    throttle: ThrottleDependency,
    session: SessionDependency,
) -> AccountBody:
    """Make an account, and sign in."""
    async with throttle.registration(credentials.key, address, time.time()):
        if await database.read(users.is_taken, credentials.username):
            raise name_taken()
        password = await make_password(credentials.password)
        account = await database.write(users.create, credentials, password)
        if account is None:
            raise name_taken()
    await chat.identities.end(guest_topic(account.username))
    return await _sign_in(response, chat, database, account, session)


@with_credentials.post("/login", responses=failures(400, 401, 403, 429))
async def login(
    response: Response,
    chat: ChatDependency,
    database: DatabaseDependency,
    address: AddressDependency,
    credentials: CredentialsDependency,
    throttle: ThrottleDependency,
    session: SessionDependency,
) -> AccountBody:
    """Sign in; every wrong login gets the same answer, after the same time."""
    async with throttle.login(credentials.key, address, time.time()):
        account = await database.read(users.find, credentials.username)
        encoded = account.password if account is not None else None
        if not await check_password(credentials.password, encoded) or account is None:
            raise wrong_password()
    return await _sign_in(response, chat, database, account, session)


@router.post(
    "/logout",
    status_code=204,
    dependencies=[Depends(allowed_origin)],
    responses=failures(403),
)
async def logout(request: Request, chat: ChatDependency, session: SessionDependency) -> Response:
    """End the session, and close its sockets; without a session, do nothing."""
    response = Response(status_code=204)
    if chat.database is not None and session is not None:
        await _close_sockets(chat, await chat.database.write(sessions.end, session))
    if SESSION_COOKIE in request.cookies:
        response.delete_cookie(SESSION_COOKIE)
    return response


@router.api_route(
    "/me", methods=SAFE_METHODS, dependencies=[Security(session_cookie)], responses=failures(401)
)
async def me(identity: IdentityDependency) -> AccountBody:
    """The signed-in user."""
    return AccountBody(username=identity.user)


@router.post(
    "/ticket",
    dependencies=[Depends(allowed_origin), Security(session_cookie)],
    responses=failures(401, 403),
)
async def ticket(database: DatabaseDependency, identity: IdentityDependency) -> Ticket:
    """A ticket for one handshake of the signed-in user."""
    token = await database.write(tickets.issue, identity)
    return Ticket(ticket=token, expires_in=protocol_limits.TICKET_SECONDS)


router.include_router(with_credentials)


async def _sign_in(
    response: Response, chat: Chat, database: Database, account: Account, old: str | None
) -> AccountBody:
    secret = chat.settings.secret_key
    cookie, ended = await database.write(sessions.begin, account.id, secret, old)
    await _close_sockets(chat, ended)
    response.set_cookie(
        SESSION_COOKIE,
        cookie,
        max_age=accounts.SESSION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=chat.settings.environment == "production",
    )
    return AccountBody(username=account.username)


async def _close_sockets(chat: Chat, session: str) -> None:
    """Close the sockets of an ended session, if there was one."""
    if session:
        await chat.identities.end(session_topic(session))
