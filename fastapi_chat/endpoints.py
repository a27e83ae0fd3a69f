"""The WebSocket endpoint: handshake and identity; the rest is in RoomConnection."""

import contextlib
from typing import Annotated

from fastapi import APIRouter, Depends, Query, WebSocket, WebSocketDisconnect
from starlette.convertors import Convertor, register_url_convertor

from chat_core.close_codes import REASONS, CloseCode
from chat_core.frames import SUBPROTOCOL
from chat_core.handshake import RefusedHandshakeError, read_handshake
from chat_core.unavailable import FailedError, UnavailableError
from fastapi_chat.accounts.identity import ClaimsDependency, identify
from fastapi_chat.admission import admit
from fastapi_chat.chat import Chat
from fastapi_chat.dependencies import ChatDependency, check_handshake_rate, check_origin
from fastapi_chat.room_connection import RoomConnection
from fastapi_chat.variants.tuned import TunedRoomConnection

router = APIRouter()

_CONNECTIONS = {"tuned": TunedRoomConnection}


class AnythingConvertor(Convertor[str]):
    """Any text. Unlike `path`, it accepts line feeds, so it does not drop one at the end."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", AnythingConvertor())


@router.websocket(
    "/ws/rooms/{room:anything}",
    dependencies=[Depends(check_handshake_rate), Depends(check_origin)],
)
async def room_socket(
    websocket: WebSocket,
    chat: ChatDependency,
    claims: ClaimsDependency,
    room: str,
    since: Annotated[str | None, Query()] = None,
) -> None:
    """A member's connection, from handshake to close; a browser sees errors by the close code."""
    offered = websocket.scope["subprotocols"]
    try:
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        handshake = read_handshake(room, since)
        identity = await identify(chat, claims)
        handshake = await admit(chat, handshake, identity, claims.invitation)
        connection = _CONNECTIONS.get(chat.settings.variant, RoomConnection)
        await connection(chat, websocket, handshake, identity).run()
    except RefusedHandshakeError as refusal:
        await close(chat, websocket, refusal.code, refusal.reason)
    except WebSocketDisconnect:
        pass  # the client disconnected before the welcome
    except FailedError:
        await close(chat, websocket, CloseCode.INTERNAL_ERROR, REASONS[CloseCode.INTERNAL_ERROR])
    except UnavailableError:
        await close(chat, websocket, CloseCode.RESTART, REASONS[CloseCode.RESTART])
    except Exception as exc:  # a mistake of the chat
        chat.rooms.failed(exc)
        await close(chat, websocket, CloseCode.INTERNAL_ERROR, REASONS[CloseCode.INTERNAL_ERROR])


async def close(chat: Chat, websocket: WebSocket, code: int, reason: str) -> None:
    """Close the connection, unless the client is already gone."""
    chat.rooms.metrics.closed(code)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await websocket.close(code, reason)
