"""A command that starts chats: `python -m tests.fork_server.nested MODULE WORD…`.

It is forked as a chat is, and has the libraries, too. So a fork of it is the server for its chats.
"""

import os
import runpy
import socket
import subprocess
import sys

from tests.fork_server.client import Popen


def main() -> None:
    """Run the module as `python -m` does, with chats that are forked."""
    Popen.servers["chats"].use(_fork_server())
    subprocess.Popen = Popen  # type: ignore[misc]
    Popen.enabled = ("chats",)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _fork_server() -> socket.socket:
    """The socket to a new server, which ends when the socket is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        theirs.close()
        return ours
    ours.close()
    from tests.fork_server import server  # only now: it keeps the number of its parent

    server.serve(theirs)
    os._exit(0)


if __name__ == "__main__":
    main()
