"""A chat's process and its database, for tests."""

import base64
import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import msgspec

from chat_core.history import NewMessage

CHATS = ("django", "fastapi")
_MIGRATE = {"django": ("django", "migrate"), "fastapi": ("fastapi_chat.migrate",)}


class Unavailable(msgspec.Struct, frozen=True):
    """The error of a call that raised UnavailableError."""

    reason: str


class TooLarge(msgspec.Struct, frozen=True):
    """What a message was answered that its room has no place for."""

    reason: str


class Unknown(msgspec.Struct, frozen=True):
    """The error of a call that raised UnknownMessageError."""


class ChatProcess:
    """One process of a chat over a database; the tests call its history."""

    how: Sequence[str] = ()
    """What the worker is told besides the chat."""

    def __init__(self, chat: str, history: str, **settings: str) -> None:
        self.chat = chat
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.history.worker", chat, *self.how],
            env=environ(history, **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        code = self._process.wait(30)
        assert kind is not None or code == 0, f"the {self.chat} process ended with {code}"

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def ask(self, name: str, *arguments: Any) -> Any:
        """Make one call, and wait for its answer."""
        return self.ask_all([(name, *arguments)])[0]

    def ask_all(self, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Make these calls at once, and wait for their answers."""
        self.send(calls)
        return self.receive()

    def send(self, calls: Sequence[tuple[Any, ...]]) -> None:
        """Start these calls at once; `receive` waits for the answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(calls) + b"\n")
        self._process.stdin.flush()

    def receive(self) -> list[Any]:
        """The answers to the calls that were sent first."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the {self.chat} process ended"
        return [_read(answer) for answer in msgspec.json.decode(line)]

    def append(self, *said: NewMessage) -> list[Any]:
        """Append all of these at once; a seq for each, or Unavailable.

        The seq is negative where the message was kept before.
        """
        return self.ask_all([("append", one) for one in said])

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Ask over HTTP: status, headers, body."""
        answer = self.ask("get", path)
        return answer["status"], answer["headers"], base64.b64decode(answer["body"])


class PatientChatProcess(ChatProcess):
    """Waits for its database longer than a busy machine takes: see `worker.be_patient`."""

    how = ("patient",)


def _read(answer: dict[str, Any]) -> Any:
    if "unavailable" in answer:
        return Unavailable(answer["unavailable"])
    if "unknown" in answer:
        return Unknown()
    return TooLarge(answer["too_large"]) if "too_large" in answer else answer["answer"]


def environ(history: str, **settings: str) -> dict[str, str]:
    """The environment of a chat."""
    inherited = {key: os.environ[key] for key in os.environ if not key.startswith("CHAT_")}
    own = {
        "CHAT_HISTORY": history,
        "CHAT_SECRET_KEY": "a test's",
        "DJANGO_SETTINGS_MODULE": "django_chat.settings",
    }
    return inherited | own | settings


def migrate(chat: str, history: str) -> None:
    """Bring a chat's tables up to date."""
    run(history, *_MIGRATE[chat])


def run(history: str, *module: str) -> str:
    """Run a module with a chat's settings; returns its output."""
    command = [sys.executable, "-W", "error", "-m", *module]
    done = subprocess.run(
        command, env=environ(history), text=True, timeout=60, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
