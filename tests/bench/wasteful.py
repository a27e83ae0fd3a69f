"""`python -m tests.bench.wasteful SERVER APPLICATION FD`: seven connections to Redis too many.

The planted effect of the experiment `pools`.
"""

import os
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

from chat_servers import serve

TOO_MANY = 7


def main() -> None:
    """Open them, and serve until told to stop."""
    redis = urlsplit(os.environ["CHAT_FANOUT"])
    with ExitStack() as opened:
        for _ in range(TOO_MANY):
            opened.enter_context(socket.create_connection((redis.hostname, redis.port)))
        serve.main()


if __name__ == "__main__":
    main()
