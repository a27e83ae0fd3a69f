"""Changes of kept messages: each is made in the history first, and then told to the room."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from chat_core.codec import encode
from chat_core.conversation import Conversation
from chat_core.envelope import Envelope, wrap
from chat_core.frames import Reactions, Unsaid
from chat_core.history import Change, History, Reaction, Retraction
from chat_core.unavailable import TooLargeError, UnavailableError, UnknownMessageError

Publish = Callable[[str, Envelope], Awaitable[None]]
"""Gives an envelope to a room. Raises UnavailableError."""

_MOST_REPEATED: Final = 1000
"""How many changes are finished after an outage; members may ask for any number."""


class Changes:
    """Carries out the changes that members ask for; `repeat` finishes those that failed."""

    def __init__(self, history: History, publish: Publish) -> None:
        self._history = history
        self._publish = publish
        self._untold: dict[tuple[str, int], Change] = {}
        """The last change of a message that is made and not told yet."""
        self._uncertain: dict[Retraction, None] = {}
        """Messages that may have been taken back without anybody being told."""

    async def perform(self, conversation: Conversation, change: Change) -> None:
        """Carry out a change. A member that leaves meanwhile does not cancel this."""
        make = self._unsay(change) if isinstance(change, Retraction) else self._react(change)
        try:
            await asyncio.shield(make)
        except UnknownMessageError:
            conversation.not_changed(change)
        except TooLargeError as exc:
            conversation.too_large(change, str(exc))
        except UnavailableError:
            conversation.not_certain(change)

    async def repeat(self) -> None:
        """Finish what failed; called at each beat. Raises UnavailableError during an outage."""
        for retraction in tuple(self._uncertain):
            with contextlib.suppress(UnknownMessageError):
                await self._history.unsay(retraction)
                self._untold[retraction.room, retraction.seq] = retraction
            del self._uncertain[retraction]
        for place, change in tuple(self._untold.items()):
            if isinstance(change, Reaction):  # others may have changed the counts meanwhile
                found = await self._history.after(change.room, change.seq - 1, 1)
                told = _reactions(change, found[0].reactions if found else {})
            else:
                told = _unsaid(change)
            await self._publish(change.room, told)
            if self._untold[place] is change:
                del self._untold[place]

    async def _unsay(self, retraction: Retraction) -> None:
        try:
            now = await self._history.unsay(retraction)
        except UnavailableError:
            if len(self._uncertain) < _MOST_REPEATED:
                self._uncertain[retraction] = None
            raise
        if now:
            await self._tell(retraction, _unsaid(retraction))

    async def _react(self, reaction: Reaction) -> None:
        counts = await self._history.react(reaction)
        if counts is not None:
            await self._tell(reaction, _reactions(reaction, counts))

    async def _tell(self, change: Change, told: Envelope) -> None:
        """Tell the room; if this fails, the next beat does it."""
        try:
            await self._publish(change.room, told)
        except UnavailableError:
            if len(self._untold) < _MOST_REPEATED:
                self._untold[change.room, change.seq] = change


def _unsaid(retraction: Retraction) -> Envelope:
    return wrap(encode(Unsaid(retraction.seq, retraction.user)))


def _reactions(reaction: Reaction, counts: dict[str, int]) -> Envelope:
    user, emoji, on = reaction.user, reaction.emoji, reaction.on
    return wrap(encode(Reactions(reaction.seq, counts, user, emoji, on)))
