"""The frames of one client, in a form that two equivalent chats share.

Frames are unchanged except for parts that must differ: times, the description of the server, and
secrets. Two streams are kept apart, because there is no order between them: frames to one client
alone (by its outbox), and frames from its room (by the fan-out, in order).
"""

import hashlib
import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]

STREAMS = ("alone", "room")
_BY_THE_ROOM = frozenset({"joined", "left", "message", "image", "unsaid", "reactions", "typing"})
_AT = re.compile(r'"at":(\d+)(?=[,}])')
_SERVER = re.compile(r'"server":\{.*?\}')
_MOST_SHOWN = 1500
_STARTED = time.time_ns() // 1_000_000


@dataclass(slots=True)
class Transcript:
    """The frames since the last step."""

    alone: list[str] = field(default_factory=list)
    room: list[str] = field(default_factory=list)

    def take(self, data: str | bytes) -> Frame:
        """Record a frame, and return it; the frame of an image also has its `picture`."""
        text, picture = (data, b"") if isinstance(data, str) else _image(data)
        frame: Frame = json.loads(text)
        line = normalised(text, frame)
        if isinstance(data, bytes):
            line = f"{line} + {len(picture)} bytes {hashlib.sha256(picture).hexdigest()[:8]}"
        (self.room if frame["type"] in _BY_THE_ROOM else self.alone).append(line)
        return frame

    def clear(self, streams: Iterable[str] = STREAMS) -> None:
        """Forget the frames of these streams until now, because they have been compared."""
        for stream in streams:
            getattr(self, stream).clear()


def normalised(text: str, frame: Frame) -> str:
    """A frame's JSON without the parts that differ between chats; the rest byte by byte."""
    if "server" in frame:
        text = _SERVER.sub(f'"server":{{{_server(frame["server"])}}}', text)
    return _AT.sub(lambda found: f'"at":{time_in_words(int(found[1]))}', text)


def time_in_words(at: int) -> str:
    """NOW for a time (ms since the epoch) of this run; otherwise the number, which will differ."""
    return "NOW" if _STARTED - 1000 <= at <= time.time_ns() // 1_000_000 + 1000 else str(at)


def difference(what: str, names: Iterable[str], sides: Iterable[object]) -> str:
    """A report on a difference between the two chats."""
    lines = [f"{what}: the chats differ"]
    lines += [f"  {name:16} {_short(side)}" for name, side in zip(names, sides, strict=True)]
    return "\n".join(lines)


def _short(side: object) -> str:
    text = repr(side)
    return text if len(text) < _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _server(server: Frame) -> str:
    told = (f"{key}={server[key]}" for key in ("server", "fanout", "history"))
    return ", ".join([*told, *(f"{key}:{type(server[key]).__name__}" for key in sorted(server))])


def _image(data: bytes) -> tuple[str, bytes]:
    end = 4 + int.from_bytes(data[:4], "big")
    return data[4:end].decode(), data[end:]
