"""Makes a secret key in a file, once: `python -m chat_servers.make_key FILE`.

All replicas of a chat read the same file by CHAT_SECRET_KEY_FILE, so a session that one replica
signs is good at the others. A file that is there already is kept.
"""

import contextlib
import os
import secrets
import sys
import tempfile
from pathlib import Path

_BYTES = 50


def make_key(path: Path) -> None:
    """Make the file with a new key, readable by its owner alone; keep it if it is there.

    It is there completely or not at all, also if several processes do this at once.
    Raises OSError.
    """
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # mode 0600
        file.write(secrets.token_urlsafe(_BYTES))
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m chat_servers.make_key FILE")
    try:
        make_key(Path(sys.argv[1]))
    except OSError as error:
        raise SystemExit(f"{sys.argv[1]} cannot be made: {error.strerror}") from None
