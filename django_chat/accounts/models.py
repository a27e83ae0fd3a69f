"""Accounts, their sessions, and the tickets of sessions."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models

from chat_core import accounts, protocol_limits
from chat_core.names import fold_name, read_name


def validate_username(name: str) -> None:
    """Raises ValidationError where a guest may not have this name either."""
    if read_name(name) != name:
        raise ValidationError("A name takes code points that are seen, no control characters.")


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by name, in any of its written forms."""

    def find(self, name: str) -> "Account | None":
        """The account with this name or with one that reads the same; None if there is none."""
        return self.filter(key=fold_name(name)).first()

    def is_taken(self, name: str) -> bool:
        """Whether an account has this name, or one that reads the same."""
        return self.filter(key=fold_name(name)).exists()

    def taken(self, keys: Sequence[str]) -> set[str]:
        """The folded names among `keys` that belong to accounts."""
        return set(self.filter(key__in=keys).values_list("key", flat=True))

    def create_superuser(self, username: str, password: str | None = None) -> "Account":
        """An account that may do all that the admin can do; `createsuperuser` calls this."""
        account = self.model(username=username, is_staff=True, is_superuser=True)
        account.set_password(password)
        account.save()
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(key=fold_name(username or ""))


class Account(AbstractBaseUser, PermissionsMixin):
    """A user: a name as it is shown, and a unique key."""

    last_login = None  # not used, and it would be one more write

    username = models.CharField(
        max_length=protocol_limits.NAME_CODE_POINTS, unique=True, validators=[validate_username]
    )
    key = models.CharField(max_length=accounts.KEY_CODE_POINTS, unique=True, editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "username"

    objects: ClassVar[AccountManager] = AccountManager()

    def clean(self) -> None:
        """Raises ValidationError where another account has this name."""
        super().clean()
        others = Account.objects.exclude(pk=self.pk)
        if self.username and others.filter(key=fold_name(self.username)).exists():
            raise ValidationError({"username": "Another account has this name."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the key that the name has."""
        self.key = fold_name(self.username)
        super().save(*args, **kwargs)


class Session(AbstractBaseSession):
    """A session as Django stores it, but `session_key` is the digest of the cookie's value.

    It has its account, as Django's documentation extends sessions: it ends with the account.
    """

    session_key = models.CharField(
        "session key", max_length=accounts.DIGEST_CHARACTERS, primary_key=True
    )
    account = models.ForeignKey(Account, models.CASCADE, null=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from django_chat.accounts.sessions import SessionStore

        return SessionStore


class Ticket(models.Model):
    """Valid for one handshake, as long as its session lasts.

    A session may be deleted without its tickets. A ticket without a session is not valid, and is
    swept like any other.
    """

    key = models.CharField(max_length=accounts.DIGEST_CHARACTERS, primary_key=True)
    session = models.ForeignKey(Session, models.DO_NOTHING, db_constraint=False, db_index=False)
    account = models.ForeignKey(Account, models.CASCADE)
    expires_at = models.DateTimeField(db_index=True)
