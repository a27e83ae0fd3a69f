"""What a fan-out can do."""

from typing import Protocol

from chat_core.codec import Encoded
from fastapi_chat.member import Member


class Fanout(Protocol):
    """Carries frames to the members of a room, in all processes that share it.

    `join` and `publish` may raise UnavailableError.
    """

    async def start(self) -> None:
        """Connect. Called once, in the event loop of the server."""

    async def stop(self) -> None:
        """Disconnect, and leave no task behind."""

    async def join(self, member: Member) -> None:
        """From when this returns, what is published to the member's room reaches its outbox."""

    async def leave(self, member: Member) -> None:
        """The member gets nothing more."""

    async def publish(self, room: str, frame: Encoded, but: str = "") -> None:
        """Give a frame to the room's members, except to the one with the id `but`."""
