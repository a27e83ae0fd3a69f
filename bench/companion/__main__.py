"""The companion's process: `python -m bench.companion HOST:PORT [ROOM]`.

Instead of HOST:PORT it takes the number of an inherited socket. In ROOM, synthetic people talk.

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
from chat_core.settings import Settings, SettingsError
from chat_servers import settings as server_settings
from chat_servers.serve import listening_descriptor

DOCUMENTS: Final = Path(__file__).resolve().parent.parent.parent / "docs"


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    if len(sys.argv) not in (2, 3):
        raise SystemExit("usage: python -m bench.companion HOST:PORT [ROOM]")
    where, company_room = [*sys.argv[1:], ""][:2]
    try:
        settings = Settings.from_environ(os.environ, ("memory",), ("standard",))
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    options = server_settings.uvicorn_options(settings) | {
        "ws_max_size": MAX_FRAME_BYTES,
        "lifespan": "on",
    }
    config = uvicorn.Config(create_app(settings, DOCUMENTS, company_room), **options)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listening_descriptor(where))])


if __name__ == "__main__":
    main()
