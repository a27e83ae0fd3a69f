"""The queries for identities that have ended."""

from collections.abc import Awaitable, Callable

from chat_core.identity_watch import IdentityWatch
from django_chat.accounts import sessions
from django_chat.accounts.models import Account
from django_chat.database import Database


def watch_identities(
    database: Database | None, publish: Callable[[str], Awaitable[None]]
) -> IdentityWatch:
    """The identity watch of this process; without a database, no identity can end."""
    if database is None:
        return IdentityWatch(publish)
    return IdentityWatch(
        publish,
        living=lambda keys: database.read(sessions.living, keys),
        taken=lambda keys: database.read(Account.objects.taken, keys),
    )
