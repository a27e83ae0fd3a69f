"""Who may sign in."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from django_chat.accounts.models import Account
from django_chat.chat import chat


class AccountBackend(ModelBackend):
    """Django's backend, but with hashing in threads: its asynchronous half blocks the event loop.

    The event loop's default threads hash, not the database's. They are few, so memory is bounded.
    """

    async def aauthenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Account | None:
        """The account with this name and password, or None; an unknown name takes the same time.

        Raises UnavailableError.
        """
        assert chat.database is not None, "without one no view comes here"
        account = await chat.database.read(Account.objects.find, username or "")
        encoded = account.password if account is not None else None
        right = await sync_to_async(_check, thread_sensitive=False)(password or "", encoded)
        return account if right and self.user_can_authenticate(account) else None


def _check(password: str, encoded: str | None) -> bool:
    if encoded is None:
        make_password(password)
        return False
    return check_password(password, encoded)
