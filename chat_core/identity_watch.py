"""Identities that end while somebody is here with them, and how their connections are told.

A session ends by a logout, by another login, or when it expires. A guest's name ends when somebody
registers it.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

from chat_core.handshake import Identity
from chat_core.names import fold_name, name_digest
from chat_core.unavailable import UnavailableError

logger = logging.getLogger(__name__)

Query = Callable[[Sequence[str]], Awaitable[Collection[str]]]
"""Which of these keys a database has."""

_KEYS_A_QUERY = 500


def session_topic(key: str) -> str:
    """The topic of the connections that came by a session."""
    return f"session.{key}"


def guest_topic(name: str) -> str:
    """The topic of the guests of a name, however it is written."""
    return f"guest.{name_digest(fold_name(name))}"


class IdentityWatch:
    """The identities that are here, in this process.

    When one ends, its topic is told so at once, in all processes. A broker can lose that, a process
    can die before it has told, and a session that expires is told by nobody. So each beat asks the
    database about all identities that are here, and tells those that have ended again.

    `publish` tells a topic that its identity has ended. `living` gives those of these sessions that
    have not ended; `taken` those of these folded names that are accounts'. Without a database there
    is nothing that could end.
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
        """A member comes; the topic to join before anything else is asked, "" where there is none.

        `member` is like no other in this process.
        """
        if self._living is None:
            return ""
        here, key = self._place(identity)
        here.setdefault(key, set()).add(member)
        return _topic(identity)

    def leave(self, identity: Identity, member: str) -> str:
        """A member goes, entered or not; the topic to leave, "" where there is none."""
        if self._living is None:
            return ""
        here, key = self._place(identity)
        members = here.get(key, set())
        members.discard(member)
        if not members:
            here.pop(key, None)
        return _topic(identity)

    async def end(self, topic: str) -> None:
        """Tell the connections of an identity that has ended; what is lost, the beat tells."""
        try:
            await self._publish(topic)
        except UnavailableError as exc:
            logger.warning("who came by what has ended is told with the next beat: %s", exc)

    async def check(self) -> None:
        """Tell those that have ended, and are still here; called with each beat."""
        try:
            await self._check()
        except UnavailableError as exc:
            logger.warning("identities that have ended cannot be told: %s", exc)
        except Exception:  # or the heart would stop
            logger.exception("identities that have ended cannot be told")

    async def _check(self) -> None:
        if self._living is None or self._taken is None:
            return
        for keys in _parts(self._sessions):
            for key in set(keys).difference(await self._living(keys)):
                await self._publish(session_topic(key))
        for keys in _parts(self._guests):
            for key in await self._taken(keys):
                await self._publish(guest_topic(key))

    def _place(self, identity: Identity) -> tuple[dict[str, set[str]], str]:
        if identity.session:
            return self._sessions, identity.session
        return self._guests, fold_name(identity.user)


def _topic(identity: Identity) -> str:
    return session_topic(identity.session) if identity.session else guest_topic(identity.user)


def _parts(keys: Collection[str]) -> Iterator[Sequence[str]]:
    """All keys, as many at a time as one query takes."""
    every = tuple(keys)
    for start in range(0, len(every), _KEYS_A_QUERY):
        yield every[start : start + _KEYS_A_QUERY]
