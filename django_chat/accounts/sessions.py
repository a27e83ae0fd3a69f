"""The session engine: Django's database engine, with the digest beside the key.

It also has the queries of the views and the handshake about sessions, for the database threads.
"""

import time
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user, login, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.http import HttpRequest
from django.utils import timezone

from chat_core.accounts import Sweep, digest
from chat_core.handshake import Identity
from django_chat.accounts.models import Account, Session

_sweep = Sweep()


class SessionStore(DatabaseStore):
    """An extension of Django's store, after its documentation."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return _described(super().create_model_instance(data), data)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        return _described(await super().acreate_model_instance(data), data)

    def _validate_session_key(self, key: str | None) -> bool:
        """Check a cookie's value, which may be any text; PostgreSQL accepts no NUL."""
        return key is not None and len(key) >= 8 and key.isascii() and key.isalnum()


def begin(request: HttpRequest, account: Account) -> str:
    """Sign in with a new session. Returns the key of the replaced session; "" if there was none."""
    sweep()
    ended = end(request)
    login(request, account)
    return ended


def end(request: HttpRequest) -> str:
    """Sign out. Returns the key of the ended session; "" if there was none."""
    identity = identity_of(request)
    logout(request)
    return identity.session if identity else ""


def identity_of(request: HttpRequest) -> Identity | None:
    """The identity of a request's session; None if there is no valid session."""
    user, key = request.user, request.session.session_key  # `user` queries once, in this thread
    if not isinstance(user, Account) or key is None:
        return None
    return Identity(user.username, digest(key))


def user_of(session: SessionBase) -> AbstractBaseUser | AnonymousUser:
    """Django's user of a session. Django's function needs a request, which a WebSocket has not."""
    request = HttpRequest()
    request.session = session
    return get_user(request)


def sweep() -> None:
    """Delete expired rows, at intervals, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        Session.objects.filter(expire_date__lte=timezone.now()).delete()


def is_alive(key: str) -> bool:
    """Whether the session with this key has not ended."""
    return Session.objects.filter(key=key, expire_date__gt=timezone.now()).exists()


def living(keys: Sequence[str]) -> set[str]:
    """The keys among `keys` of sessions that have not ended."""
    found = Session.objects.filter(
        key__in=keys, expire_date__gt=timezone.now(), account__is_active=True
    )
    return set(found.values_list("key", flat=True))


def _described(session: AbstractBaseSession, data: dict[str, Any]) -> Session:
    assert isinstance(session, Session)
    session.key = digest(session.session_key)
    session.account_id = data.get(SESSION_KEY)
    return session
