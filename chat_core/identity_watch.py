"""Identities that end during a connection, and the signal that closes these connections.

A session ends by a logout, by another login, or when it expires. A guest's name ends when a user
registers it.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence

from chat_core.database import in_parts
from chat_core.handshake import Identity
from chat_core.names import fold_name, name_digest
from chat_core.unavailable import UnavailableError

logger = logging.getLogger(__name__)

Query = Callable[[Sequence[str]], Awaitable[Collection[str]]]
"""A query: which of these keys the database has."""


def session_topic(key: str) -> str:
    """The topic of the connections of a session."""
    return f"session.{key}"


def guest_topic(name: str) -> str:
    """The topic of the guests with this name, in any of its written forms."""
    return f"guest.{name_digest(fold_name(name))}"


class IdentityWatch:
    """The identities of the connections in this process.

    When an identity ends, a signal goes to its topic at once, in all processes. A broker can lose
    the signal, a process can die before it sends it, and no call reports an expired session. So
    each beat asks the database about all present identities, and signals the ended ones again.

    `publish` sends the signal to a topic. `living` returns the keys of sessions that have not
    ended, and `taken` the folded names that belong to accounts. Without a database no identity
    ends.
    """

    def __init__(
        self,
        publish: Callable[[str], Awaitable[None]],
        living: Query | None = None,
        taken: Query | None = None,
    ) -> None:
        self._publish = publish
        self._living = living
        self._taken = taken
        self._sessions: dict[str, set[str]] = {}
        self._guests: dict[str, set[str]] = {}

    def enter(self, identity: Identity, member: str) -> str:
        """Add a member. Returns the topic to join before any further query; "" if there is none.

        `member` is unique in this process.
        """
        if self._living is None:
            return ""
        here, key = self._place(identity)
        here.setdefault(key, set()).add(member)
        return _topic(identity)

    def leave(self, identity: Identity, member: str) -> str:
        """Remove a member, entered or not. Returns the topic to leave; "" if there is none."""
        if self._living is None:
            return ""
        here, key = self._place(identity)
        members = here.get(key, set())
        members.discard(member)
        if not members:
            here.pop(key, None)
        return _topic(identity)

    async def end(self, topic: str) -> None:
        """Signal the connections of an ended identity; if this fails, the beat repeats it."""
        try:
            await self._publish(topic)
        except UnavailableError as exc:
            logger.warning("an ended identity is announced again at the next beat: %s", exc)

    async def check(self) -> None:
        """Signal all ended identities that still have connections; called at each beat."""
        try:
            await self._check()
        except UnavailableError as exc:
            logger.warning("ended identities cannot be announced: %s", exc)
        except Exception:  # an error must not stop the beats
            logger.exception("ended identities cannot be announced")

    async def _check(self) -> None:
        if self._living is None or self._taken is None:
            return
        for keys in in_parts(self._sessions):
            for key in set(keys).difference(await self._living(keys)):
                await self._publish(session_topic(key))
        for keys in in_parts(self._guests):
            for key in await self._taken(keys):
                await self._publish(guest_topic(key))

    def _place(self, identity: Identity) -> tuple[dict[str, set[str]], str]:
        if identity.session:
            return self._sessions, identity.session
        return self._guests, fold_name(identity.user)


def _topic(identity: Identity) -> str:
    return session_topic(identity.session) if identity.session else guest_topic(identity.user)
