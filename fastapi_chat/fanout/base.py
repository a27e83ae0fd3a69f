"""The interface of a fan-out."""

from typing import Protocol

from chat_core.envelope import Envelope
from fastapi_chat.member import Member


class Fanout(Protocol):
    """Carries envelopes to the members of a topic, in all processes that share it.

    `join`, `publish` and `check` may raise UnavailableError. `publish` of an envelope that is in no
    history may also raise TooLargeError.
    """

    async def start(self) -> None:
        """Connect. Called once, in the event loop of the server."""

    async def stop(self) -> None:
        """Disconnect, and leave no task behind."""

    async def join(self, topic: str, member: Member) -> None:
        """Add a member; after this returns, it gets every envelope published to the topic."""

    async def leave(self, topic: str, member: Member) -> None:
        """Remove a member; it gets no more envelopes of the topic."""

    async def publish(self, topic: str, envelope: Envelope) -> None:
        """Deliver an envelope to the topic's members."""

    def check(self) -> None:
        """Return if, as far as known, an envelope published now would arrive."""
