"""Code of both chats as Markdown: taken from the sources by name, side by side."""

import os
from collections.abc import Sequence
from pathlib import Path

from bench.declared.features import CHATS, CodeObject, source
from bench.report.markdown import code

DOCS = Path("docs")


def shown(each: CodeObject, folder: Path = DOCS) -> str:
    """The name of an object as a link to its file, for a page in this folder, and its code."""
    return f"{named(each, folder)}\n\n```python\n{source(each)}\n```"


def named(each: CodeObject, folder: Path = DOCS) -> str:
    """The name of an object as a link to its file, and its module."""
    return f"[{code(each.name)}]({file_link(each.path, folder)}) in {code(each.module)}"


def beside(rows: Sequence[tuple[str, str]]) -> str:
    """Rows of two cells, each with the name of its chat; a narrow page may stack the cells."""
    drawn = "\n".join(f"<tr>{''.join(map(_cell, CHATS.values(), row))}</tr>" for row in rows)
    return f"<table>\n{drawn}\n</table>"


def file_link(path: Path, folder: Path = DOCS) -> str:
    """A link from a page in `folder` to a file; both are relative to the project's root."""
    return Path(os.path.relpath(path, folder)).as_posix()


def _cell(chat: str, text: str) -> str:
    return f'<td valign="top">\n\n**{chat}**\n\n{text}\n\n</td>' if text else "<td></td>"
