"""A server process that lives fast: `python -m bench.hurried NAME=SECONDS,… SERVER APPLICATION FD`.

The numbers of `chat_core.protocol_limits` that are named are set before the chat is imported: what
takes minutes in an ordinary server, an expiry or a death, takes seconds here. The rest is
`bench.serve`'s.
"""

import sys

from bench import serve
from bench.stack import Stack
from chat_core import protocol_limits


class HurriedStack(Stack):
    """A stack whose processes die, as the others see it, within seconds."""

    serve = ("bench.hurried", "PROCESS_BEAT_SECONDS=0.5,PROCESS_DEAD_SECONDS=4")


def main() -> None:
    """Set the numbers, and serve until told to stop."""
    for each in sys.argv.pop(1).split(","):
        name, _, seconds = each.partition("=")
        number = float(seconds)
        setattr(protocol_limits, name, int(number) if number.is_integer() else number)
    serve.main()


if __name__ == "__main__":
    main()
