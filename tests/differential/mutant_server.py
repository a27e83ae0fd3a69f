"""A server with a mutant: `python -m tests.differential.mutant_server CHAT MUTANT SERVER … `.

The chat is imported, one thing in it is replaced, and the rest is `chat_servers`'s; of all this the
chat itself knows nothing. `unchanged` is no mutant: the chat as it is.
"""

import os
import sys
from importlib import import_module

from chat_servers import serve


def main() -> None:
    """Plant the mutant, and serve until told to stop."""
    chat, mutant = sys.argv[1:3]
    del sys.argv[1:3]
    os.environ["CHAT_SERVER"] = sys.argv[1]  # read when the chat is imported
    if mutant != "unchanged":
        getattr(import_module(f"tests.differential.planted_{chat}"), mutant)()
    serve.main()


if __name__ == "__main__":
    main()
