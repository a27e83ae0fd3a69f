"""A member of a topic, as a fan-out sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from fastapi import WebSocket

from chat_core.envelope import Signal
from chat_core.inbox import Inbox


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """`id` is unique over all processes. `signalled` must not wait."""

    id: str
    websocket: WebSocket
    inbox: Inbox
    signalled: Callable[[Signal], None]


def listener(member_id: str, signalled: Callable[[Signal], None]) -> Member:
    """A member without a connection, for a topic that carries signals alone."""
    nobody = cast(Any, None)
    return Member(member_id, nobody, nobody, signalled)
