"""Members of the chat: FastAPI's TestClient around an application for each test."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession

from chat_core.settings import Settings
from fastapi_chat import migrate
from fastapi_chat.dependencies import check_handshake_rate
from fastapi_chat.fanout import FANOUTS, VARIANTS
from fastapi_chat.main import create_app

Enter = Callable[..., AbstractContextManager[WebSocketTestSession]]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is migrated once; each test has a copy."""
    path = tmp_path_factory.mktemp("fastapi-chat") / "chat.sqlite3"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "CHAT_HISTORY", f"sqlite:///{path}")
        migrate.main()
    return path


@pytest.fixture
def client(migrated: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A client of a chat that runs in a thread until the test's end."""
    path = shutil.copyfile(migrated, tmp_path / "chat.sqlite3")
    environ = {
        "CHAT_HISTORY": f"sqlite:///{path}",
        "CHAT_SECRET_KEY": "a key of the tests, which signs nothing that anybody keeps",
        "CHAT_HOSTS": "testserver",  # where the client's WebSockets go, whatever its base URL
    }
    app = create_app(Settings.from_environ(environ, FANOUTS, VARIANTS))
    app.dependency_overrides[check_handshake_rate] = lambda: None  # all have one address
    with TestClient(app) as client:
        yield client


@pytest.fixture
def enter(client: TestClient) -> Enter:
    """Connects a member to a room, until the end of a `with`."""

    def enter(
        path: str = "/ws/rooms/tea?name=ann", subprotocols: Sequence[str] = (), **headers: str
    ) -> WebSocketTestSession:
        return client.websocket_connect(path, list(subprotocols), headers=headers)

    return enter


def next_frame(member: WebSocketTestSession, kind: str) -> dict[str, Any]:
    """The next frame of this type; others are passed over."""
    while True:
        frame: dict[str, Any] = member.receive_json()
        if frame["type"] == kind:
            return frame


def close_code(member: WebSocketTestSession) -> int:
    """The code with which the server closes."""
    closing = member.receive()
    assert closing["type"] == "websocket.close"
    code: int = closing["code"]
    return code
