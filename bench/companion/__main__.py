"""The companion's process: `python -m bench.companion HOST:PORT [ROOM]`.

Instead of HOST:PORT it takes the number of an inherited socket. In ROOM, synthetic people talk.

A second number is the socket to `chatbench up`, of which pages may then ask for other servers. A
companion that listens beyond the loopback does not use it.

CHAT_BACKENDS names the chats and the URLs under which this process reaches them. CHAT_ORIGINS names
the origins whose pages may connect. Both settings have the same names and formats as in the chats.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Final

import uvicorn

from bench.companion.app import create_app
from bench.companion.frames import MAX_FRAME_BYTES
from bench.companion.line import Line
from chat_core.setting_types import is_loopback
from chat_core.settings import Settings, SettingsError
from chat_servers import settings as server_settings
from chat_servers.serve import listening_descriptor

DOCUMENTS: Final = Path(__file__).resolve().parent.parent.parent / "docs"


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    if len(sys.argv) not in (2, 3, 4):
        raise SystemExit("usage: python -m bench.companion HOST:PORT [ROOM]")
    where, company_room, control = [*sys.argv[1:], "", ""][:3]
    try:
        settings = Settings.from_environ(os.environ, ("memory",), ("standard",))
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    options = server_settings.uvicorn_options(settings) | {
        "ws_max_size": MAX_FRAME_BYTES,
        "lifespan": "on",
    }
    listening = socket.socket(fileno=listening_descriptor(where))
    line = _line(listening, socket.socket(fileno=int(control)) if control else None)
    config = uvicorn.Config(create_app(settings, DOCUMENTS, line, company_room), **options)
    uvicorn.Server(config).run(sockets=[listening])


def _line(listening: socket.socket, control: socket.socket | None) -> Line:
    beyond = not is_loopback(listening.getsockname()[0])
    return Line(control, "beyond-loopback" if control is not None and beyond else "")


if __name__ == "__main__":
    main()
