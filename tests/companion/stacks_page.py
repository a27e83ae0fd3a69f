"""`chatbench up` as a process, and the socket of a page that controls its stacks, for tests."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.stack.ports import free_port
from tests import fork_server

ROOT = Path(__file__).resolve().parent.parent.parent
WAIT_S = 60.0
BACKENDS = ("django-channels", "fastapi")

Frame = dict[str, Any]


class Up:
    """A running `chatbench up`."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.origin = f"http://localhost:{port}"
        self.companion = f"http://127.0.0.1:{port + 2}"
        self.children = psutil.Process(process.pid).children(recursive=True)

    def url(self, backend: str) -> str:
        """Where the chat of this name answers."""
        return f"http://127.0.0.1:{self.port + (backend == 'fastapi')}"

    def health(self, backend: str) -> Frame:
        """What a side says of itself."""
        answer = httpx.get(f"{self.url(backend)}/healthz", timeout=WAIT_S)
        assert answer.is_success
        found: Frame = answer.json()
        return found

    def server(self, backend: str) -> psutil.Process:
        """The process that answers on a side."""
        return psutil.Process(self.health(backend)["pid"])


@contextmanager
def up(*words: str, history: str = "off", folder: Path | None = None) -> Iterator[Up]:
    """Start it, and stop it at the end. `folder` has the messages of a history."""
    port = free_port(2)
    command = [sys.executable, *fork_server.module("bench.cli"), "up", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--history", history, *words],
        cwd=folder or ROOT,
        env=os.environ | ({"PYTHONPATH": str(ROOT)} if folder else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert any("Ctrl-C stops" in line for line in process.stdout)
            yield Up(process, port)
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=90)


class StacksPage:
    """A connected socket of a page."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.stacks: Frame = {}
        """The newest frame about the stacks."""

    def send(self, **frame: Any) -> None:
        """Ask for something."""
        self.socket.send(json.dumps(frame))

    def until(self, kind: str, holds: Callable[[Frame], bool] = lambda _: True) -> list[Frame]:
        """The frames until one of this type of which this holds; it is the last one."""
        frames: list[Frame] = []
        deadline = time.monotonic() + WAIT_S
        while True:
            frame = json.loads(self.socket.recv(timeout=deadline - time.monotonic()))
            frames.append(frame)
            if frame["type"] == "stacks":
                self.stacks = frame
            if frame["type"] == kind and holds(frame):
                return frames

    def until_side(self, backend: str, **fields: Any) -> list[Frame]:
        """The frames until the side has these fields."""
        return self.until("stacks", lambda f: fields.items() <= side(f, backend).items())

    def run(self, backend: str, arm: str) -> list[str]:
        """Ask for an arm, and wait until the side rests. Returns the steps."""
        self.send(type="run", backend=backend, arm=arm)
        frames = self.until_side(backend, step="starting")
        frames += self.until_side(backend, step="")
        return [side(frame, backend)["step"] for frame in frames if frame["type"] == "stacks"]


def side(frame: Frame, backend: str) -> Frame:
    """A side of a frame about the stacks."""
    found: Frame = next((each for each in frame["sides"] if each["backend"] == backend), {})
    return found


@contextmanager
def stacks_page(companion: str, origin: str | None, **options: Any) -> Iterator[StacksPage]:
    """Connect as a page of this origin."""
    headers = {"Origin": origin} if origin is not None else {}
    with connect(
        f"{companion.replace('http', 'ws', 1)}/stacks",
        additional_headers=headers | options.pop("headers", {}),
        subprotocols=[Subprotocol("chat.v1")],
        proxy=None,
        max_queue=None,
        **options,
    ) as socket:
        yield StacksPage(socket)
