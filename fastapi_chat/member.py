"""One member of a room: a connection, and what waits to be sent to it."""

from dataclasses import dataclass

from fastapi import WebSocket

from chat_core.outbox import Outbox


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """`id` is like no other in any process."""

    id: str
    user: str
    room: str
    websocket: WebSocket
    outbox: Outbox
