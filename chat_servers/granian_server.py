"""granian's worker as it is released, in this process.

granian's supervisor starts workers as further processes. Here each server is one process, and
processes share a listening socket.
"""

from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces, RuntimeModes
from granian.server.mp import MPServer

from chat_core.settings import Settings
from chat_servers.applications import load
from chat_servers.granian_websocket import closing
from chat_servers.settings import BACKLOG, granian_options


class Server(MPServer):
    """Runs its worker itself, on an inherited socket."""

    def __init__(self, application: str, descriptor: int) -> None:
        super().__init__(application, interface=Interfaces.ASGI, **granian_options())
        self.runtime_mode = RuntimeModes.mt  # what `auto` means for ASGI: a thread of Rust for I/O
        self._shd: Any = SocketHolder(descriptor, False, BACKLOG)  # type: ignore[call-arg]
        self._sso = None
        self._ipc: Any = {0: (None, None)}

    def run(self, application: str) -> None:
        """Serve until SIGTERM or SIGINT."""
        target = self._spawn_asgi_lifespan_worker
        self._spawn_worker(0, target, lambda: closing(load(application))).inner.run()


def serve(application: str, descriptor: int, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    Server(application, descriptor).run(application)
