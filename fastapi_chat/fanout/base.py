"""What a fan-out can do."""

from typing import Protocol

from chat_core.envelope import Envelope
from fastapi_chat.member import Member


class Fanout(Protocol):
    """Carries envelopes to the members of a topic, in all processes that share it.

    `join`, `publish` and `check` may raise UnavailableError; `publish` of what is in no history
    also TooLargeError.
    """

    async def start(self) -> None:
        """Connect. Called once, in the event loop of the server."""

    async def stop(self) -> None:
        """Disconnect, and leave no task behind."""

    async def join(self, topic: str, member: Member) -> None:
        """From when this returns, what is published to the topic is delivered to the member."""

    async def leave(self, topic: str, member: Member) -> None:
        """The member gets nothing more of it."""

    async def publish(self, topic: str, envelope: Envelope) -> None:
        """Deliver an envelope to the topic's members."""

    def check(self) -> None:
        """Return where, by all that is known, what is published now would arrive."""
