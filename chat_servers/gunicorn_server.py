"""gunicorn's `asgi` worker as it is released, in this process.

gunicorn's arbiter starts workers as further processes. Here each server is one process, and
processes share a listening socket.
"""

import os
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.sock import TCPSocket
from gunicorn.workers.gasgi import ASGIWorker

from chat_core.settings import Settings
from chat_servers.applications import load
from chat_servers.settings import gunicorn_options


class Application(BaseApplication):  # type: ignore[misc]  # untyped
    """What a worker needs of gunicorn: its configuration, and the ASGI application."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self._name = name
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return load(self._name)


def serve(application: str, descriptor: int, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = Application(application, gunicorn_options(settings))
    cfg = app.cfg
    log = cfg.logger_class(cfg)
    listener = TCPSocket(None, cfg, log, fd=descriptor)
    ASGIWorker(1, os.getppid(), [listener], app, cfg.timeout, cfg, log).init_process()
