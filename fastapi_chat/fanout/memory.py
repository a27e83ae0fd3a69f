"""A fan-out within one process."""

from chat_core.codec import Encoded
from fastapi_chat.member import Member


class MemoryFanout:
    """Puts a frame into each member's outbox, without a wait in which somebody could join."""

    def __init__(self) -> None:
        self._rooms: dict[str, set[Member]] = {}

    @property
    def rooms(self) -> frozenset[str]:
        """The rooms that somebody of this process is in."""
        return frozenset(self._rooms)

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def join(self, member: Member) -> None:
        self._rooms.setdefault(member.room, set()).add(member)

    async def leave(self, member: Member) -> None:
        members = self._rooms.get(member.room, set())
        members.discard(member)
        if not members:
            self._rooms.pop(member.room, None)

    async def publish(self, room: str, frame: Encoded, but: str = "") -> None:
        self.deliver(room, frame, but)

    def deliver(self, room: str, frame: Encoded, but: str) -> None:
        """Put a frame into the outboxes of the room's members of this process."""
        for member in self._rooms.get(room, ()):
            if member.id != but:
                member.outbox.put(frame)
