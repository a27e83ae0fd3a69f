"""One server process: `python -m bench.serve SERVER APPLICATION FD`.

It serves on a listening socket that it inherits, so that several workers share one port and the
starter knows the port before; all servers with the settings of `server_settings`.
"""

import asyncio
import os
import socket
import sys

from bench import server_settings
from chat_core.settings import Settings, SettingsError

_ALL_FANOUTS = ("memory", "redis", "redis+pubsub")
_ALL_VARIANTS = ("standard", "tutorial", "tuned")


def main() -> None:
    """Serve until told to stop."""
    server, application, descriptor = sys.argv[1:]
    os.environ["CHAT_SERVER"] = server
    try:
        settings = Settings.from_environ(os.environ, _ALL_FANOUTS, _ALL_VARIANTS)
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    _SERVERS[server](application, int(descriptor), settings)


def _serve_uvicorn(application: str, descriptor: int, settings: Settings) -> None:
    import uvicorn

    config = uvicorn.Config(application, **server_settings.uvicorn_options(settings))
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def _serve_daphne(application: str, descriptor: int, settings: Settings) -> None:
    import uvloop

    # Daphne takes the event loop of the policy that it finds when it is imported.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    from daphne.cli import CommandLineInterface

    options = server_settings.daphne_arguments(settings)
    CommandLineInterface().run([*options, "--fd", str(descriptor), application])


def _serve_picows(_: str, descriptor: int, __: Settings) -> None:
    from bench.baselines import c_relay

    c_relay.serve(socket.socket(fileno=descriptor))


_SERVERS = {"uvicorn": _serve_uvicorn, "daphne": _serve_daphne, "picows": _serve_picows}

if __name__ == "__main__":
    main()
