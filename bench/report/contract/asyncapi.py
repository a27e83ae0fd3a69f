"""The AsyncAPI 3.0 document of the WebSocket side."""

from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from bench.report.contract import examples, schemas
from bench.report.contract.closings import closings
from chat_core import frames, protocol_limits
from chat_core.contract import ERRORS
from chat_core.parameters import Name, Room, Since
from chat_core.settings import DEFAULT_BACKENDS, Settings

_CHANNEL = "#/channels/room"
_IMAGE_BYTES = (
    "4 bytes of length (big-endian), that many bytes of UTF-8 JSON header, then the picture"
)
_ANSWERS = {"say": ("ack", "error"), "sayImage": ("ack", "error"), "ping": ("pong", "error")}
_UP = {schemas.tag(frame): frame for frame in schemas.CLIENT_FRAMES}
_DOWN = {frame.__name__[:1].lower() + frame.__name__[1:]: frame for frame in schemas.SERVER_FRAMES}


def document() -> dict[str, Any]:
    """The document as a tree of plain values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"The wire contract {frames.SUBPROTOCOL}: WebSocket",
            "version": version("chat-bench"),
            "description": "In words: protocol.md. The HTTP side: openapi.yaml.",
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {"room": _channel()},
        "operations": _operations(),
        "components": {
            "messages": _messages(),
            "schemas": schemas.components([*_UP.values(), *_DOWN.values(), *schemas.IMAGE_HEADERS]),
        },
    }


def _servers() -> dict[str, Any]:
    """The two chats where `chatbench up` starts them."""
    backends = dict(part.split("=", 1) for part in DEFAULT_BACKENDS.split(","))
    return {
        name: {"host": urlsplit(origin).netloc, "protocol": "ws"}
        for name, origin in backends.items()
    }


def _channel() -> dict[str, Any]:
    names = [*_UP, "sayImage", *_DOWN, "image"]
    return {
        "address": "/ws/rooms/{room}",
        "title": "A room",
        "description": (
            f"One connection of one member. A client offers the subprotocol {frames.SUBPROTOCOL}, "
            "and may offer ticket.TOKEN and invitation.TOKEN beside it. Frames past the largest "
            f"picture and {protocol_limits.FRAME_OVERHEAD_BYTES} bytes are not let through."
        ),
        "parameters": {"room": {"description": schemas.schema_of(Room)["description"]}},
        "bindings": {"ws": {"method": "GET", "query": _query(), "headers": _headers()}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "x-close-codes": [
            {"code": each.code, "when": each.when, "reasons": list(each.reasons)}
            for each in closings()
        ],
        "x-error-codes": dict(ERRORS),
        "x-limits": {
            "text": protocol_limits.TEXT_CODE_POINTS,
            "image": Settings().max_image_bytes,
            "presence": protocol_limits.PRESENCE_MEMBERS,
            "replay": protocol_limits.REPLAY_MESSAGES,
        },
    }


def _query() -> dict[str, Any]:
    parameters = {"name": schemas.schema_of(Name), "since": schemas.schema_of(Since)}
    return {"type": "object", "properties": parameters}


def _headers() -> dict[str, Any]:
    described = {
        "Origin": "a page's; one that is not allowed is refused with HTTP 403, before accept",
        "Cookie": "the session of a signed-in user",
        "Sec-WebSocket-Protocol": (
            f"{frames.SUBPROTOCOL}, perhaps with ticket.TOKEN, invitation.TOKEN or both"
        ),
    }
    strings = {name: {"type": "string", "description": text} for name, text in described.items()}
    return {"type": "object", "properties": strings}


def _operations() -> dict[str, Any]:
    """What the server does: it receives what clients send."""
    received = {f"receive{_capital(name)}": _operation("receive", name) for name in _CLIENT}
    sent = {f"send{_capital(name)}": _operation("send", name) for name in _SERVER}
    return received | sent


def _operation(action: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "action": action,
        "channel": {"$ref": _CHANNEL},
        "messages": [_on_channel(name)],
    }
    if name in _ANSWERS and action == "receive":
        answers = [_on_channel(answer) for answer in _ANSWERS[name]]
        found["reply"] = {"channel": {"$ref": _CHANNEL}, "messages": answers}
    return found


def _messages() -> dict[str, Any]:
    up = {name: _text(frame, examples.client_frame(name)) for name, frame in _UP.items()}
    down = {
        name: _text(frame, examples.server_frame(schemas.tag(frame)))
        for name, frame in _DOWN.items()
    }
    images = {
        "sayImage": _image(frames.ImageHeader, "images_accepted"),
        "image": _image(frames.Image, "images_encodings"),
    }
    return up | down | images


def _text(frame: type[Struct], example: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": schemas.tag(frame),
        "summary": schemas.about(frame),
        "contentType": "application/json",
        "payload": schemas.reference(frame),
        "examples": [{"payload": example}],
    }


def _image(header: type[Struct], vector: str) -> dict[str, Any]:
    """A binary frame: AsyncAPI has no words for a header within it, so these are extensions."""
    return {
        "name": "image",
        "summary": schemas.about(header),
        "description": f"A binary frame: {_IMAGE_BYTES}.",
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary", "description": _IMAGE_BYTES},
        "x-header": schemas.reference(header),
        "x-header-example": examples.image_header(vector),
        "x-pictures": examples.media_types(),
    }


def _on_channel(name: str) -> dict[str, str]:
    return {"$ref": f"{_CHANNEL}/messages/{name}"}


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


_CLIENT = (*_UP, "sayImage")
_SERVER = (*_DOWN, "image")
