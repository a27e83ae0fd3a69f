"""Links from a page to raw results."""

import os
from pathlib import Path


def link(target: Path, start: Path) -> str:
    """A link to a directory that works in the repository and on GitHub."""
    return Path(os.path.relpath(target.resolve(), start.resolve())).as_posix() + "/"
