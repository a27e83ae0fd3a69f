"""The loop of the article and of FastAPI's own tutorial.

Shows what a send to every client within the sender's own handler does: nothing is queued, so one
client that does not read holds up the sender and all who come after it in the loop, a client that
joins or leaves meanwhile breaks the loop, and so does one whose connection is gone. In one process
only.
"""

from fastapi import WebSocket

from chat_core.codec import Encoded
from fastapi_chat.member import Member


class TutorialFanout:
    """One set of sockets a room; see the module for what it shows."""

    def __init__(self) -> None:
        self.connected_clients: dict[str, set[tuple[str, WebSocket]]] = {}

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def join(self, member: Member) -> None:
        clients = self.connected_clients.setdefault(member.room, set())
        clients.add((member.id, member.websocket))

    async def leave(self, member: Member) -> None:
        clients = self.connected_clients.get(member.room, set())
        clients.discard((member.id, member.websocket))
        if not clients:
            self.connected_clients.pop(member.room, None)

    async def publish(self, room: str, frame: Encoded, but: str = "") -> None:
        for member, client in self.connected_clients.get(room, ()):
            if member != but:
                await client.send_text(frame.text)
