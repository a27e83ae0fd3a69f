"""Tickets, for clients that cannot send a cookie with a handshake."""

import time
from datetime import timedelta

from django.utils import timezone

from chat_core import protocol_limits
from chat_core.accounts import Sweep, digest, make_token
from chat_core.handshake import Identity
from django_chat.accounts.models import Account, Ticket

_sweep = Sweep()


def issue(identity: Identity) -> str:
    """Make a ticket of a session; returns its token."""
    sweep()
    token = make_token()
    Ticket.objects.create(
        key=digest(token),
        session_id=identity.session,
        account=Account.objects.get(username=identity.user),
        expires_at=timezone.now() + timedelta(seconds=protocol_limits.TICKET_SECONDS),
    )
    return token


def redeem(token: str) -> Identity | None:
    """Use a ticket: its identity, or None if it is unknown, used or expired, or its session ended.

    Of simultaneous uses in any processes, only the one that deletes the row succeeds.
    """
    now = timezone.now()
    good = Ticket.objects.filter(
        key=digest(token), expires_at__gt=now, session__expire_date__gt=now
    )
    ticket = good.select_related("account").first()
    if ticket is None:
        return None
    deleted, _ = Ticket.objects.filter(key=ticket.key).delete()
    account = ticket.account
    return Identity(account.username, ticket.session_id, account.pk) if deleted else None


def sweep() -> None:
    """Delete expired rows, at intervals, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        Ticket.objects.filter(expires_at__lte=timezone.now()).delete()
