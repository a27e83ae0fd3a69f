"""A secret in a file that several processes share, and that one of them makes."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

OWNER_ALONE: Final = 0o600


def write_once(path: Path, text: str, mode: int = OWNER_ALONE) -> None:
    """Make the file with this text; keep it if it is there.

    It is there completely or not at all, also if several processes do this at once.
    Raises OSError.
    """
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
