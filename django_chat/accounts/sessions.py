"""The session engine: Django's database engine, with the digest of a key in the key's place.

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
from django.http import HttpRequest
from django.utils import timezone

from chat_core.accounts import Sweep, digest
from chat_core.handshake import Identity
from django_chat.accounts.models import Account, Session

_sweep = Sweep()


class SessionStore(DatabaseStore):
    """Django's store, but only the cookie has a session's key: the row has the key's digest."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = self.model.objects.filter(
            session_key=digest(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return super().exists(digest(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(digest(key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = super().create_model_instance(data)
        assert isinstance(session, Session)
        session.session_key = digest(session.session_key)
        session.account_id = data.get(SESSION_KEY)
        return session

    # The database store has asynchronous queries of its own, for keys that are not digests.
    # The base class calls the methods above in a thread.
    aload = SessionBase.aload
    aexists = SessionBase.aexists
    adelete = SessionBase.adelete
    acreate = SessionBase.acreate
    asave = SessionBase.asave


def begin(request: HttpRequest, account: Account) -> str:
    """Sign in with a new session. Returns the digest of the replaced one; "" if there was none."""
    sweep()
    ended = end(request)
    login(request, account)
    return ended


def end(request: HttpRequest) -> str:
    """Sign out. Returns the digest of the ended session; "" if there was none."""
    identity = identity_of(request)
    logout(request)
    return identity.session if identity else ""


def identity_of(request: HttpRequest) -> Identity | None:
    """The identity of a request's session; None if there is no valid session."""
    user, key = request.user, request.session.session_key  # `user` queries once, in this thread
    if not isinstance(user, Account) or key is None:
        return None
    return Identity(user.username, digest(key), user.pk)


def user_of(session: SessionBase) -> AbstractBaseUser | AnonymousUser:
    """Django's user of a session. Django's function needs a request, which a WebSocket has not."""
    request = HttpRequest()
    request.session = session
    return get_user(request)


def sweep() -> None:
    """Delete expired rows, at intervals, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        Session.objects.filter(expire_date__lte=timezone.now()).delete()


def is_alive(session: str) -> bool:
    """Whether the session with this digest has not ended."""
    return Session.objects.filter(session_key=session, expire_date__gt=timezone.now()).exists()


def living(sessions: Sequence[str]) -> set[str]:
    """The digests among `sessions` of those that have not ended."""
    found = Session.objects.filter(
        session_key__in=sessions, expire_date__gt=timezone.now(), account__is_active=True
    )
    return set(found.values_list("session_key", flat=True))
