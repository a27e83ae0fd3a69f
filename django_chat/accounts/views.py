"""The calls of accounts: register, login, logout, me, ticket."""

import time

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import aauthenticate
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from chat_core import protocol_limits
from chat_core.accounts import (
    Credentials,
    name_taken,
    wrong_password,
)
from chat_core.client_address import client_address, subscriber
from chat_core.identity_watch import guest_topic, session_topic
from django_chat.accounts import sessions, tickets
from django_chat.accounts.decorators import allowed_origin, signed_in, with_database
from django_chat.accounts.forms import read_credentials
from django_chat.accounts.login_counts import make_throttle
from django_chat.accounts.models import Account
from django_chat.chat import chat
from django_chat.database import Database

throttle = make_throttle(settings.CHAT)


@require_POST
@allowed_origin
@with_database
async def register(request: HttpRequest, database: Database) -> JsonResponse:
    """Make an account, and sign in."""
    credentials = read_credentials(request)
    async with throttle.registration(credentials.key, client_of(request), time.time()):
        if await database.read(Account.objects.is_taken, credentials.username):
            raise name_taken()
        password = await sync_to_async(make_password, thread_sensitive=False)(credentials.password)
        account = await database.write(_create, credentials, password)
        if account is None:
            raise name_taken()
    await chat.identities.end(guest_topic(account.username))
    return await _sign_in(request, database, account)


@require_POST
@allowed_origin
@with_database
async def login(request: HttpRequest, database: Database) -> JsonResponse:
    """Sign in; every wrong login gets the same answer, after the same time."""
    credentials = read_credentials(request)
    async with throttle.login(credentials.key, client_of(request), time.time()):
        account = await aauthenticate(
            request, username=credentials.username, password=credentials.password
        )
        if not isinstance(account, Account):
            raise wrong_password()
    return await _sign_in(request, database, account)


@require_POST
@allowed_origin
async def logout(request: HttpRequest) -> HttpResponse:
    """End the session, and close its sockets; without a session, do nothing."""
    if chat.database is not None and settings.SESSION_COOKIE_NAME in request.COOKIES:
        await _close_sockets(await chat.database.write(sessions.end, request))
    return HttpResponse(status=204)


@require_safe
async def me(request: HttpRequest) -> JsonResponse:
    """The signed-in user."""
    identity = await signed_in(request)
    return JsonResponse({"username": identity.user})


@require_POST
@allowed_origin
@with_database
async def ticket(request: HttpRequest, database: Database) -> JsonResponse:
    """A ticket for one handshake of the signed-in user."""
    identity = await signed_in(request)
    token = await database.write(tickets.issue, identity)
    return JsonResponse({"ticket": token, "expires_in": protocol_limits.TICKET_SECONDS})


async def _sign_in(request: HttpRequest, database: Database, account: Account) -> JsonResponse:
    await _close_sockets(await database.write(sessions.begin, request, account))
    return JsonResponse({"username": account.username})


async def _close_sockets(session: str) -> None:
    """Close the sockets of an ended session, if there was one."""
    if session:
        await chat.identities.end(session_topic(session))


def _create(credentials: Credentials, password: str) -> Account | None:
    """Make an account; returns None if the name was taken meanwhile."""
    try:
        return Account.objects.create(username=credentials.username, password=password)
    except IntegrityError:
        return None


def client_of(request: HttpRequest) -> str:
    """The address that counts as one client."""
    forwarded_for = request.headers.get("X-Forwarded-For", "")
    peer = request.META.get("REMOTE_ADDR")
    return subscriber(client_address(peer, [forwarded_for], settings.CHAT.trusted_proxies))
