"""Makes a password for a PostgreSQL, once: `python -m chat_servers.make_password FILE PASSFILE`.

FILE has the password alone, for the server, which runs as another user: in a volume that only it
can see. PASSFILE has the form of PGPASSFILE, so that the chats connect without a password in their
settings. POSTGRES_PASSWORD is for a password of one's own. Files that are there are kept.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Final

from chat_servers.secret_files import write_once

_BYTES: Final = 32
_ALL_MAY_READ: Final = 0o444


class OtherPasswordError(Exception):
    """The file is there, and has another password than the one that is asked for."""


def make_password(file: Path, passfile: Path, own: str = "") -> None:
    """Make both files with a new password, or with one's own; keep them if they are there.

    Raises OSError and OtherPasswordError.
    """
    write_once(file, own or secrets.token_urlsafe(_BYTES), _ALL_MAY_READ)
    password = file.read_text("utf-8")
    if own not in ("", password):
        raise OtherPasswordError
    escaped = password.replace("\\", r"\\").replace(":", r"\:")
    write_once(passfile, f"*:*:*:*:{escaped}\n")


def _main(file: str, passfile: str) -> None:
    try:
        make_password(Path(file), Path(passfile), os.environ.get("POSTGRES_PASSWORD", ""))
    except OSError as error:
        raise SystemExit(f"{file} or {passfile} cannot be made: {error.strerror}") from None
    except OtherPasswordError:
        raise SystemExit(
            f"POSTGRES_PASSWORD is not the password in {file}, with which the database was made"
        ) from None


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python -m chat_servers.make_password FILE PASSFILE")
    _main(*sys.argv[1:])
