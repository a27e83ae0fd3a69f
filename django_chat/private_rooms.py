"""Private rooms, their members and their invitations: queries for the database threads."""

import time
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from chat_core import protocol_limits
from chat_core.accounts import Sweep, digest, make_token, too_many_invitations, too_many_rooms
from chat_core.database import in_parts
from django_chat.models import Invitation, Room, RoomMember

_sweep = Sweep()


def make(room: str, account: int) -> bool:
    """Make a room private; False if it has messages, or is private already.

    Raises RefusedCallError with 429 if the account has too many.
    """
    if Room.objects.filter(owner=account, private=True).count() >= protocol_limits.PRIVATE_ROOMS:
        raise too_many_rooms()
    Room.objects.bulk_create([Room(name=room)], ignore_conflicts=True)
    free = Room.objects.filter(pk=room, newest=0, private=False)
    return bool(free.update(private=True, owner_id=account))


def unmake(room: str, account: int) -> None:
    """Undo `make`, for somebody was faster."""
    Room.objects.filter(pk=room, owner=account).update(private=False, owner=None)


def is_private(room: str) -> bool:
    """Whether a room is for its members alone."""
    return Room.objects.filter(pk=room, private=True).exists()


def is_member(room: str, account: int) -> bool:
    """Whether an account owns a private room, or was let in once."""
    return _of(account).filter(pk=room).exists()


def hidden(rooms: Collection[str], account: int | None) -> set[str]:
    """The private rooms among these of which an account, or a guest, is not a member."""
    found: set[str] = set()
    for part in in_parts(rooms):
        private = Room.objects.filter(pk__in=part, private=True)
        found.update(private.values_list("pk", flat=True))
        if account is not None:
            found.difference_update(_of(account).filter(pk__in=part).values_list("pk", flat=True))
    return found


def invite(room: str, account: int) -> str | None:
    """Make an invitation to a room of this account; returns its token, or None without the room.

    Raises RefusedCallError with 429 if the account has too many.
    """
    _delete_expired()
    if not Room.objects.filter(pk=room, private=True, owner=account).exists():
        return None
    now = timezone.now()
    open_ones = Invitation.objects.filter(room__owner=account, expires_at__gt=now)
    if open_ones.count() >= protocol_limits.OPEN_INVITATIONS:
        raise too_many_invitations()
    token = make_token()
    expires_at = now + timedelta(seconds=protocol_limits.INVITATION_SECONDS)
    Invitation.objects.create(key=digest(token), room_id=room, expires_at=expires_at)
    return token


def withdraw(room: str, account: int) -> bool:
    """Delete all invitations to a room of this account; False if it has no such room."""
    if not Room.objects.filter(pk=room, private=True, owner=account).exists():
        return False
    Invitation.objects.filter(room=room).delete()
    return True


def is_invited(room: str, token: str) -> bool:
    """Whether this is an invitation to the room that is still valid."""
    good = Invitation.objects.filter(key=digest(token), room=room, expires_at__gt=timezone.now())
    return good.exists()


def let_in(room: str, account: int) -> None:
    """Make an account a member of a room for good."""
    RoomMember.objects.get_or_create(room_id=room, account_id=account)


def _of(account: int) -> "QuerySet[Room]":
    """The private rooms of which an account is a member, each once."""
    mine = RoomMember.objects.filter(account=account).values("room")
    return Room.objects.filter(Q(owner=account) | Q(pk__in=mine), private=True)


def _delete_expired() -> None:
    """At intervals, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        Invitation.objects.filter(expires_at__lte=timezone.now()).delete()
