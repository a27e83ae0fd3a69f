"""Changes of kept messages: each is made in the history first, and then told to the room."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from chat_core.codec import encode
from chat_core.conversation import Conversation
from chat_core.envelope import Envelope, wrap
from chat_core.frames import Unsaid
from chat_core.history import History, Retraction
from chat_core.unavailable import UnavailableError, UnknownMessageError

Publish = Callable[[str, Envelope], Awaitable[None]]
"""Gives an envelope to a room. Raises UnavailableError."""

_MOST_UNCERTAIN: Final = 1000
"""How many retractions are repeated after an outage; a member may ask for any number."""


class Changes:
    """Carries out the changes that members ask for; `repeat` finishes those that failed."""

    def __init__(self, history: History, publish: Publish) -> None:
        self._history = history
        self._publish = publish
        self._untold: deque[tuple[str, Envelope]] = deque()
        """Changes that are made and not told yet, in order."""
        self._uncertain: dict[Retraction, None] = {}
        """Messages that may have been taken back without anybody being told."""

    async def unsay(self, conversation: Conversation, retraction: Retraction) -> None:
        """Take back a message. A member that leaves meanwhile does not cancel this."""
        try:
            await asyncio.shield(self._unsay(retraction))
        except UnknownMessageError:
            conversation.not_taken_back(retraction.id)
        except UnavailableError:
            conversation.not_certain(retraction.id)

    async def repeat(self) -> None:
        """Finish what failed; called at each beat. Raises UnavailableError during an outage."""
        while self._untold:
            await self._publish(*self._untold[0])
            self._untold.popleft()
        for retraction in tuple(self._uncertain):
            with contextlib.suppress(UnknownMessageError):
                await self._history.unsay(retraction)
                await self._tell(retraction)
            del self._uncertain[retraction]

    async def _unsay(self, retraction: Retraction) -> None:
        try:
            now = await self._history.unsay(retraction)
        except UnavailableError:
            if len(self._uncertain) < _MOST_UNCERTAIN:
                self._uncertain[retraction] = None
            raise
        if now:
            await self._tell(retraction)

    async def _tell(self, retraction: Retraction) -> None:
        """Tell the room; if this fails, the next beat does it."""
        unsaid = wrap(encode(Unsaid(retraction.seq, retraction.user)))
        try:
            await self._publish(retraction.room, unsaid)
        except UnavailableError:
            self._untold.append((retraction.room, unsaid))
