"""A server process that lives fast.

`python -m bench.stack.hurried NAME=SECONDS,… SERVER APPLICATION FD`

The numbers of `chat_core.protocol_limits` that are named are set before the chat is imported: what
takes minutes in an ordinary server, an expiry or a death, takes seconds here. The rest is
`chat_servers`'s.
"""

import sys

from chat_core import protocol_limits
from chat_servers import serve


def main() -> None:
    """Set the numbers, and serve until told to stop."""
    for each in sys.argv.pop(1).split(","):
        name, _, seconds = each.partition("=")
        number = float(seconds)
        setattr(protocol_limits, name, int(number) if number.is_integer() else number)
    serve.main()


if __name__ == "__main__":
    main()
