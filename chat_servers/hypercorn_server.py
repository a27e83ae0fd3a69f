"""hypercorn as it is released, but without compression, which it cannot turn off."""

import asyncio
from typing import Any

import uvloop
from hypercorn.asyncio import serve as serve_application
from hypercorn.config import Config
from hypercorn.protocol import ws_stream

from chat_core.settings import Settings
from chat_servers.applications import load
from chat_servers.settings import hypercorn_options


class Handshake(ws_stream.Handshake):
    """A handshake without extensions; hypercorn accepts permessage-deflate wherever offered."""

    def __init__(self, headers: list[tuple[bytes, bytes]], http_version: str) -> None:
        super().__init__(headers, http_version)
        self.extensions = None


# hypercorn takes the class from this name and cannot be given another.
ws_stream.Handshake = Handshake  # type: ignore[misc]


def serve(application: str, descriptor: int, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    for name, value in hypercorn_options(settings).items():
        setattr(config, name, value)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(load(application), config))


async def _serve(application: Any, config: Config) -> None:
    await serve_application(application, config, mode="asgi")
