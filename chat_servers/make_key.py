"""Makes a secret key in a file, once: `python -m chat_servers.make_key FILE`.

All replicas of a chat read the same file by CHAT_SECRET_KEY_FILE, so a session that one replica
signs is good at the others. A file that is there already is kept.
"""

import secrets
import sys
from pathlib import Path

from chat_servers.secret_files import write_once

_BYTES = 50


def make_key(path: Path) -> None:
    """Make the file with a new key, readable by its owner alone; keep it if it is there.

    Raises OSError.
    """
    write_once(path, secrets.token_urlsafe(_BYTES))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m chat_servers.make_key FILE")
    try:
        make_key(Path(sys.argv[1]))
    except OSError as error:
        raise SystemExit(f"{sys.argv[1]} cannot be made: {error.strerror}") from None
