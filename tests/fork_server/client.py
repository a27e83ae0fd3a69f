"""`subprocess.Popen` that has processes forked by a server of their kind."""

import ctypes
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from inspect import signature
from typing import Any, Final, Literal

from tests.fork_server.start import Start

Kind = Literal["chats", "load"]
MODULES: Final[dict[Kind, frozenset[str]]] = {
    "chats": frozenset(
        {
            "bench.baselines.c_relay",
            "bench.baselines.serve",
            "bench.companion",
            "bench.experiments.appenders",
            "bench.stack.busy",
            "bench.stack.hurried",
            "bench.stack.observed",
            "chat_servers",
            "django",
            "fastapi_chat.migrate",
            "tests.attack.hurried",
            "tests.differential.mutant_server",
            "tests.fork_server.nested",
            "tests.history.fastapi_tables",
            "tests.history.worker",
            "tests.loss.small_layer",
            "tests.network.forgetful",
            "tests.stack.planted_bugs",
        }
    ),
    "load": frozenset(
        {"bench.experiments.ceiling_recipe", "bench.load", "bench.load.session", "locust"}
    ),
}
_PR_SET_CHILD_SUBREAPER: Final = 36
_libc = ctypes.CDLL(None, use_errno=True)
_STANDARD: Final = (("p2cread", 0), ("c2pwrite", 1), ("errwrite", 2))


class ForkServer:
    """A server of this process: started when it is first used, ended with this process."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None

    def connect(self) -> socket.socket:
        """Start the server unless it runs."""
        self._connection = self._connection or _connect(self._kind)
        return self._connection

    def use(self, connection: socket.socket) -> None:
        """Take a server that runs already."""
        self._connection = connection

    def start(self, start: Start, files: list[int]) -> int:
        """Start a child of this process; returns its number."""
        with self._lock:
            connection = self.connect()
            # Only now: otherwise this process would adopt what other tests leave behind.
            _adopt(True)
            try:
                start.send(connection, files)
                return int(connection.recv(32))
            finally:
                _adopt(False)

    def close(self) -> None:
        """Let the server end."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_popen: Final = subprocess.Popen
"""As it was before tests replaced it."""


class Popen(subprocess.Popen[Any]):
    """A process that is forked if its command is one of `MODULES`, and starts as usual if not."""

    servers: Final[dict[Kind, ForkServer]] = {kind: ForkServer(kind) for kind in MODULES}
    enabled: tuple[Kind, ...] = ()

    def _execute_child(self, *given: Any) -> None:
        asked = dict(zip(_PARAMETERS, given, strict=True))
        start = _start_of(asked) if self.enabled else None
        kind = None if start is None else self._kind_of(start.module)
        if start is None or kind is None:
            super()._execute_child(*given)  # type: ignore[misc]
            return
        files = [_file(asked[name], number) for name, number in _STANDARD]
        self.pid = self.servers[kind].start(start, [*files, *asked["pass_fds"]])
        self._child_created = True
        self._close_pipe_fds(*(asked[name] for name in _PIPES))  # type: ignore[attr-defined]

    def _kind_of(self, module: str) -> Kind | None:
        """The kind of the server that forks this module now, if there is one."""
        return next((kind for kind in self.enabled if module in MODULES[kind]), None)


_PARAMETERS: Final = list(signature(subprocess.Popen._execute_child).parameters)[1:]  # type: ignore[attr-defined]
_PIPES: Final = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
_UNKNOWN: Final = ("gid", "gids", "uid")
"""What a forked process cannot be given."""


def _start_of(asked: dict[str, Any]) -> Start | None:
    """The start that a command means, or None if the server cannot do it."""
    if any(asked[name] is not None for name in _UNKNOWN) or asked["shell"]:
        return None
    if asked["start_new_session"] or asked["process_group"] not in (-1, None):
        return None
    words = [os.fspath(word) for word in _listed(asked["args"])]
    strict = words[1:3] == ["-W", "error"]
    rest = words[3:] if strict else words[1:]
    if words[0] != sys.executable or rest[:1] != ["-m"]:
        return None
    environ = dict(os.environ if asked["env"] is None else asked["env"])
    if any(name.startswith("PYTHON") and name not in os.environ for name in environ):
        return None
    numbers = (0, 1, 2, *asked["pass_fds"])
    folder = os.fspath(asked["cwd"] or os.getcwd())
    return Start(
        rest[1], tuple(rest[2:]), strict, environ, folder, asked["preexec_fn"], tuple(numbers)
    )


def _listed(args: str | Sequence[str]) -> Sequence[str]:
    return [args] if isinstance(args, str) else args


def _file(file: int, number: int) -> int:
    return number if file == -1 else file


_SERVERS: Final[list[Any]] = []
"""The processes, so that none is forgotten while it runs."""


def _connect(kind: Kind) -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.fork_server.server", kind, str(theirs.fileno())]
        _SERVERS.append(_popen(command, pass_fds=[theirs.fileno()]))
    return ours


def end() -> None:
    """End the servers, so that this process leaves none behind."""
    for each in Popen.servers.values():
        each.close()
    for server in _SERVERS:
        server.wait()
    _SERVERS.clear()


def _adopt(adopts: bool) -> None:
    """Whether this process is the parent of processes whose own parent has ended (prctl(2))."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, int(adopts))
