"""The loop of the article and of FastAPI's tutorial.

It shows the effect of sending to every client inside the sender's handler. Nothing is queued, so a
client that does not read blocks the sender and all later clients of the loop. A client that joins
or leaves meanwhile breaks the loop, and so does a client whose connection is gone. It works in one
process only.
"""

from fastapi import WebSocket

from chat_core.envelope import Envelope
from fastapi_chat.member import Member


class TutorialFanout:
    """One set of sockets for each topic; the module says what it shows."""

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
