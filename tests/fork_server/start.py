"""What the server is told about one start."""

import pickle
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

_LARGEST_BYTES = 1 << 20
_MOST_FILES = 64


@dataclass(frozen=True, slots=True)
class Start:
    """A module to run. `files` are the numbers that the sent files have in the new process."""

    module: str
    arguments: tuple[str, ...]
    strict: bool
    """Whether warnings are errors, as `python -W error` has it."""
    environ: dict[str, str]
    folder: str
    prepare: Callable[[], object] | None
    files: tuple[int, ...]

    def send(self, connection: socket.socket, files: list[int]) -> None:
        """Send it with the open files of this process."""
        socket.send_fds(connection, [pickle.dumps(self)], files)

    @classmethod
    def receive(cls, connection: socket.socket) -> tuple[Self, list[int]] | None:
        """The next start with its files as this process has them; None at the end."""
        data, files, _, _ = socket.recv_fds(connection, _LARGEST_BYTES, _MOST_FILES)
        return (pickle.loads(data), files) if data else None
