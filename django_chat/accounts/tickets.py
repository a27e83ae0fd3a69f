"""Tickets: for a client that cannot send a cookie with its handshake."""

import time
from datetime import timedelta

from django.utils import timezone

from chat_core import protocol_limits
from chat_core.accounts import Sweep, digest, make_token
from chat_core.handshake import Identity
from django_chat.accounts.models import Account, Ticket

_sweep = Sweep()


def issue(identity: Identity) -> str:
    """A new ticket of a session."""
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
    """Who a ticket is of, once; None where it is unknown, spent or expired, or its session ended.

    Of all that come with it at once, in any process, the one that deletes it has it.
    """
    now = timezone.now()
    good = Ticket.objects.filter(
        key=digest(token), expires_at__gt=now, session__expire_date__gt=now
    )
    ticket = good.select_related("account").first()
    if ticket is None:
        return None
    deleted, _ = Ticket.objects.filter(key=ticket.key).delete()
    return Identity(ticket.account.username, ticket.session_id) if deleted else None


def sweep() -> None:
    """Delete what has expired, now and then, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        Ticket.objects.filter(expires_at__lte=timezone.now()).delete()
