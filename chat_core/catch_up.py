"""Members that may miss messages are brought them: one read of the history for all of a room."""

import asyncio
from collections.abc import Callable, Collection
from typing import Final

from chat_core import protocol_limits
from chat_core.close_codes import CloseCode
from chat_core.conversation import Conversation
from chat_core.history import History
from chat_core.replay import missed
from chat_core.unavailable import UnavailableError

_AGAIN_SECONDS: Final = 1.0
_PAGE: Final = protocol_limits.HISTORY_PAGE_MESSAGES
_PACE_SECONDS: Final = 0.01
_PACES: Final = 100


class CatchUp:
    """Reads for the members of a room that asked before the read began.

    A member that asks during a read is served by the next one, because the message that it misses
    may be newer than what is being read. Belongs to one event loop.
    """

    def __init__(self, history: History, failed: Callable[[Exception], None]) -> None:
        """`failed` gets a mistake of the chat that ended a read."""
        self._history = history
        self._failed = failed
        self._waiting: dict[str, set[Conversation]] = {}
        self._served: dict[str, set[Conversation]] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}

    def ask(self, conversation: Conversation) -> None:
        """Bring the member what it misses, as soon as the history can be read."""
        if conversation.inbox.delivered is None:
            return  # there is no history, or the welcome will say what is the newest
        room = conversation.room
        self._waiting.setdefault(room, set()).add(conversation)
        if room not in self._readers:
            self._readers[room] = asyncio.create_task(self._read(room))

    def forget(self, conversation: Conversation) -> None:
        """The member has left."""
        for members in (self._waiting, self._served):
            members.get(conversation.room, set()).discard(conversation)

    async def _read(self, room: str) -> None:
        try:
            while members := self._waiting.pop(room, None):
                self._served[room] = members
                await self._serve(room, members)
        finally:
            self._served.pop(room, None)
            del self._readers[room]

    async def _serve(self, room: str, members: set[Conversation]) -> None:
        while members:
            try:
                await self._bring(room, members)
                return
            except UnavailableError:
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception as exc:  # a mistake of the chat: the members would keep a hole
                self._failed(exc)
                for member in tuple(members):
                    member.end(CloseCode.INTERNAL_ERROR)
                return

    async def _bring(self, room: str, members: set[Conversation]) -> None:
        """Read once; each inbox drops what its member has already had."""
        brought = 0
        async for envelope in missed(self._history, room, _oldest(members)):
            for member in members:
                member.inbox.take(envelope)
            brought += 1
            if brought % _PAGE == 0:
                await _pace(members)


def _oldest(members: Collection[Conversation]) -> int:
    """The seq up to which all of these members have had every message."""
    delivered = (member.inbox.delivered for member in members)
    return min(each.contiguous for each in delivered if each is not None)


async def _pace(members: Collection[Conversation]) -> None:
    """Let the members read a page before the next one, so that no outbox overflows by this.

    A member that does not read is not waited for longer than a second.
    """
    for _ in range(_PACES):
        if all(member.outbox.waiting <= _PAGE for member in members):
            return
        await asyncio.sleep(_PACE_SECONDS)
