"""A fixed time for a page: every screenshot shows the same morning."""

import json
import re
import struct
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playwright.sync_api import Page, Route, WebSocketRoute

NOW: Final = datetime(2026, 3, 12, 9, 41, tzinfo=UTC)
_FIRST: Final = NOW - timedelta(minutes=16)
_STEP_MS: Final = 67_000
_PID: Final = 4711
_SOCKETS: Final = re.compile(r"/ws/rooms/")
_HISTORY: Final = re.compile(r"/api/rooms/[^/]+/messages")


def on_that_morning(page: Page) -> None:
    """Set the page's clock to that morning, and the time of each message by its number."""
    page.clock.install(time=NOW)
    page.route_web_socket(_SOCKETS, _pass_on)
    page.route(_HISTORY, _pass_history_on)


def _pass_on(socket: WebSocketRoute) -> None:
    server = socket.connect_to_server()
    server.on_message(lambda data: socket.send(_dated(data)))


def _pass_history_on(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json=[_settled(each) for each in answer.json()])


def _dated(data: str | bytes) -> str | bytes:
    if isinstance(data, str):
        return _packed(json.loads(data))
    (length,) = struct.unpack_from(">I", data)
    header = _packed(json.loads(data[4 : 4 + length])).encode()
    return struct.pack(">I", len(header)) + header + data[4 + length :]


def _packed(frame: dict[str, Any]) -> str:
    """The JSON as the servers write it, because the inspector shows it."""
    return json.dumps(_settled(frame), ensure_ascii=False, separators=(",", ":"))


def _settled(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame with fixed values for all fields that differ between runs."""
    if frame.get("type") == "welcome":
        frame["server"]["pid"] = _PID
    if frame.get("at") is not None and frame.get("seq") is not None:
        frame["at"] = round(_FIRST.timestamp() * 1000) + frame["seq"] * _STEP_MS
    return frame
