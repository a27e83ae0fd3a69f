"""A chat with one room that has thousands of messages from the start, and sends more at any rate.

It speaks only the contract with the page. A real chat would need minutes to receive five thousand
messages, and that load would disturb the measurement of the page.
"""

import asyncio
import json
import re
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from chat_core.client_files import CLIENT_DIRECTORY, INDEX, response_headers
from tests.browser.test_nothing_missing import picture

SAID_AT: Final = 1_790_000_000_000
EVERY_MS: Final = 20_000
"""The time between two messages of the history."""
ROOM: Final = "large"
SERVER: Final = {"framework": "fastapi", "server": "uvicorn", "fanout": "memory"}
WORDS: Final = "so it goes on and on from one line to the next until all is said"


def text_of(seq: int) -> str:
    """The text of message `seq`: most texts are short, some fill many lines."""
    return f"message {seq} " + " ".join(WORDS.split()[: seq * 7 % 12] * (9 if seq % 13 == 0 else 1))


class LargeRoom:
    """A server in a separate thread."""

    def __init__(self, count: int, images: frozenset[int] = frozenset()) -> None:
        self.count = count
        self.images = images
        self.pictures_may_come = threading.Event()
        self.pictures_may_come.set()
        self.asked: list[tuple[int, int]] = []
        """The requested pages of the history: before, limit."""
        self._members: set[WebSocket] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        routes = [
            Route("/", self._index),
            Route("/client/backends.json", self._backends),
            Mount("/client", StaticFiles(directory=CLIENT_DIRECTORY)),
            Route("/api/rooms", self._rooms),
            Route("/api/rooms/{room}/messages", self._messages),
            Route("/api/rooms/{room}/images/{seq:int}", self._image),
            WebSocketRoute("/ws/rooms/{room}", self._meet),
        ]
        self._app = Starlette(routes=routes)
        self.origin = ""

    def say(self, count: int, *, per_second: float) -> None:
        """Send `count` messages at this rate, and return after the last message."""
        self._run(self._say(count, per_second)).result()

    def say_meanwhile(self, count: int, *, per_second: float) -> "Future[None]":
        """Send `count` messages at this rate, and return at once."""
        return self._run(self._say(count, per_second))

    def type(self, user: str) -> None:
        """Send a typing frame. The page shows it after all earlier messages."""
        self._run(self._send(json.dumps({"type": "typing", "user": user}))).result()

    @contextmanager
    def running(self) -> Iterator["LargeRoom"]:
        """Run the server on a free port."""
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            self.origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
            config = uvicorn.Config(
                self._app, log_level="warning", ws="websockets-sansio", lifespan="off"
            )
            server = uvicorn.Server(config)
            ready = threading.Event()

            async def serve() -> None:
                self._loop = asyncio.get_running_loop()
                ready.set()
                await server.serve([listening])

            thread = threading.Thread(target=lambda: asyncio.run(serve()))
            thread.start()
            ready.wait()
            try:
                yield self
            finally:
                self.pictures_may_come.set()
                server.should_exit = True
                server.force_exit = True
                thread.join()

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> "Future[None]":
        assert self._loop is not None, "it is not running"
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _say(self, count: int, per_second: float) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        for each in range(count):
            if (early := begin + each / per_second - loop.time()) > 0:
                await asyncio.sleep(early)
            self.count += 1
            await self._send(json.dumps(self._record(self.count)))

    async def _send(self, frame: str) -> None:
        for member in list(self._members):
            await member.send_text(frame)

    def _record(self, seq: int) -> dict[str, Any]:
        user = ("Bob", "Cid", "Dan")[seq // 3 % 3]
        said = {"seq": seq, "user": user, "at": SAID_AT + seq * EVERY_MS, "id": f"{seq:040d}"}
        if seq in self.images:
            return said | {"type": "image", "mime": "image/png", "name": f"picture {seq}.png"}
        return said | {"type": "message", "text": text_of(seq)}

    async def _index(self, _: Request) -> Response:
        page = (CLIENT_DIRECTORY / INDEX).read_bytes()
        return Response(page, media_type="text/html", headers=response_headers([]))

    async def _backends(self, _: Request) -> Response:
        return JSONResponse({"self": "fastapi", "backends": {"fastapi": self.origin}})

    async def _rooms(self, _: Request) -> Response:
        return JSONResponse([])

    async def _messages(self, request: Request) -> Response:
        before, limit = (int(request.query_params[each]) for each in ("before", "limit"))
        self.asked.append((before, limit))
        seqs = range(max(1, before - limit), min(before, self.count + 1))
        return JSONResponse([self._record(seq) for seq in seqs])

    async def _image(self, request: Request) -> Response:
        await asyncio.to_thread(self.pictures_may_come.wait)
        seq = int(request.path_params["seq"])
        data = picture("", 200, 90 + seq % 5 * 40).data
        return Response(data, media_type="image/png")

    async def _meet(self, member: WebSocket) -> None:
        await member.accept("chat.v1")
        since = re.search(r"since=(\d+)", str(member.url))
        welcome = {
            "type": "welcome",
            "user": member.query_params["name"],
            "room": member.path_params["room"],
            "server": SERVER | {"history": "sqlite", "version": "1.0", "pid": 1},
            "limits": {"text": 4000, "image": 8 * 1024**2, "presence": 50},
            "seq": self.count,
            "count": 1,
            "members": [member.query_params["name"]],
        }
        await member.send_json(welcome)
        for seq in range(int(since[1]) + 1 if since else self.count + 1, self.count + 1):
            await member.send_json(self._record(seq))
        self._members.add(member)
        try:
            while True:
                frame = await member.receive_json()
                if frame["type"] == "ping":
                    await member.send_json({"type": "pong", "id": frame["id"]})
        except (WebSocketDisconnect, KeyError):
            self._members.discard(member)
