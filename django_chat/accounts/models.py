"""Accounts, their sessions, and the tickets of sessions."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from chat_core import accounts, protocol_limits
from chat_core.names import fold_name


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by name, however it is written."""

    def find(self, name: str) -> "Account | None":
        """The account of this name, or of one that reads the same."""
        return self.filter(key=fold_name(name)).first()

    def is_taken(self, name: str) -> bool:
        """Whether an account has this name, or one that reads the same."""
        return self.filter(key=fold_name(name)).exists()

    def taken(self, keys: Sequence[str]) -> set[str]:
        """Those of these folded names that are accounts'."""
        return set(self.filter(key__in=keys).values_list("key", flat=True))

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(key=fold_name(username or ""))


class Account(AbstractBaseUser):
    """A user: a name as it is shown, and a key that no two have in common."""

    last_login = None  # nobody asks for it, and it would be one more write

    username = models.CharField(max_length=protocol_limits.NAME_CODE_POINTS, unique=True)
    key = models.CharField(max_length=accounts.KEY_CODE_POINTS, unique=True)

    USERNAME_FIELD = "username"

    objects: ClassVar[AccountManager] = AccountManager()


class Session(AbstractBaseSession):
    """A session as Django keeps it, found also by `key`, the digest that others are told."""

    key = models.CharField(max_length=accounts.DIGEST_CHARACTERS, unique=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from django_chat.accounts.sessions import SessionStore

        return SessionStore


class Ticket(models.Model):
    """Good for one handshake, while its session lasts.

    Its session may go before it does, and takes nothing with it: a ticket without one is no good,
    and is swept away like any other.
    """

    key = models.CharField(max_length=accounts.DIGEST_CHARACTERS, primary_key=True)
    session = models.ForeignKey(
        Session, models.DO_NOTHING, to_field="key", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(Account, models.CASCADE)
    expires_at = models.DateTimeField(db_index=True)
