"""One server process: `python -m chat_servers SERVER APPLICATION FD`, or HOST:PORT for FD.

With FD, it serves on an inherited listening socket, so that several workers share one port and the
parent knows the port before. With HOST:PORT, as in a container, it binds the address itself. All
servers have the settings of `chat_servers.settings`.
"""

import asyncio
import gc
import importlib.util
import os
import socket
import sys

from chat_core.settings import Settings, SettingsError
from chat_servers import settings as server_settings
from chat_servers.applications import load_for_good
from chat_servers.settings import SERVERS

_USAGE = f"python -m chat_servers {'|'.join(SERVERS)} MODULE:APPLICATION HOST:PORT"
_ALL_FANOUTS = ("memory", "redis", "redis+pubsub", "broadcaster+redis", "broadcaster+postgres")
_ALL_VARIANTS = ("standard", "stock", "tutorial", "tuned")


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    if len(sys.argv) != 4 or sys.argv[1] not in _SERVERS:
        raise SystemExit(f"usage: {_USAGE}")
    server, application, where = sys.argv[1:]
    if importlib.util.find_spec(server) is None:
        raise SystemExit(f"{server} is not installed: it is in the extra `servers`")
    gc.disable()  # until all is imported: what is imported stays
    os.environ["CHAT_SERVER"] = server
    try:
        settings = Settings.from_environ(os.environ, _ALL_FANOUTS, _ALL_VARIANTS)
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    _SERVERS[server](application, listening_descriptor(where), settings)


def listening_descriptor(where: str) -> int:
    """The descriptor of the listening socket: an inherited one, or a new one for HOST:PORT.

    Raises SystemExit with one sentence if the address cannot be bound.
    """
    host, separator, port = where.rpartition(":")
    if not separator:
        return int(where)
    try:
        listener = socket.create_server((host, int(port)), backlog=server_settings.BACKLOG)
    except (OSError, OverflowError, ValueError) as error:
        raise SystemExit(f"{where} cannot be listened on: {error}") from None
    return listener.detach()


def _serve_uvicorn(application: str, descriptor: int, settings: Settings) -> None:
    os.environ |= server_settings.websockets_environ()
    import uvicorn

    config = uvicorn.Config(application, **server_settings.uvicorn_options(settings))
    load_for_good(application)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def _serve_daphne(application: str, descriptor: int, settings: Settings) -> None:
    import uvloop

    # Daphne uses the event loop policy at the time of its import.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    from chat_servers.daphne_server import CommandLine

    options = server_settings.daphne_arguments(settings)
    load_for_good(application)
    CommandLine().run([*options, "--fd", str(descriptor), application])


def _serve_granian(application: str, descriptor: int, settings: Settings) -> None:
    from chat_servers.granian_server import serve

    load_for_good(application)
    serve(application, descriptor, settings)


def _serve_gunicorn(application: str, descriptor: int, settings: Settings) -> None:
    from chat_servers.gunicorn_server import serve

    load_for_good(application)
    serve(application, descriptor, settings)


def _serve_hypercorn(application: str, descriptor: int, settings: Settings) -> None:
    from chat_servers.hypercorn_server import serve

    load_for_good(application)
    serve(application, descriptor, settings)


_SERVERS = {
    "daphne": _serve_daphne,
    "granian": _serve_granian,
    "gunicorn": _serve_gunicorn,
    "hypercorn": _serve_hypercorn,
    "uvicorn": _serve_uvicorn,
}
