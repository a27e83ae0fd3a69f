"""The baseline that is no ASGI application: `python -m bench.baselines.serve picows NAME FD`."""

import socket
import sys

from bench.baselines import c_relay
from chat_core.settings import SettingsError

if __name__ == "__main__":
    try:
        c_relay.serve(socket.socket(fileno=int(sys.argv[-1])))
    except SettingsError as error:
        raise SystemExit(str(error)) from None
