"""The loop of the article and of FastAPI's own tutorial.

Shows what a send to every client within the sender's own handler does: nothing is queued, so one
client that does not read holds up the sender and all who come after it in the loop, a client that
joins or leaves meanwhile breaks the loop, and so does one whose connection is gone. In one process
only.
"""

from fastapi import WebSocket

from chat_core.envelope import Envelope
from fastapi_chat.member import Member


class TutorialFanout:
    """One set of sockets a topic; see the module for what it shows."""

    def __init__(self) -> None:
        self.connected_clients: dict[str, set[tuple[str, WebSocket]]] = {}

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def join(self, topic: str, member: Member) -> None:
        clients = self.connected_clients.setdefault(topic, set())
        clients.add((member.id, member.websocket))

    async def leave(self, topic: str, member: Member) -> None:
        clients = self.connected_clients.get(topic, set())
        clients.discard((member.id, member.websocket))
        if not clients:
            self.connected_clients.pop(topic, None)

    async def publish(self, topic: str, envelope: Envelope) -> None:
        for member, client in self.connected_clients.get(topic, ()):
            if member != envelope.exclude:
                await send(client, envelope.data)

    def check(self) -> None:
        pass


async def send(client: WebSocket, data: str | bytes) -> None:
    """Send a text or a binary frame."""
    if isinstance(data, str):
        await client.send_text(data)
    else:
        await client.send_bytes(data)
