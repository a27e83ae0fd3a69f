"""Links from a page to raw results, and to headings."""

import os
import re
from pathlib import Path


def link(target: Path, start: Path) -> str:
    """A link to a directory that works in the repository and on GitHub."""
    return Path(os.path.relpath(target.resolve(), start.resolve())).as_posix() + "/"


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it from the heading's text."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
