"""`docs/side-by-side.md`: the features of both chats side by side, with the code of each."""

import os
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from bench.declared.features import (
    CHATS,
    CodeObject,
    Feature,
    Role,
    load_features,
    load_roles,
    source,
)
from bench.report.markdown import code, text_table
from bench.report.templating import fill

Row = tuple[Sequence[CodeObject], ...]
"""A row of a table, with one cell for each chat."""


def render_side_by_side() -> str:
    """The page."""
    return fill(
        "side-by-side.md.j2",
        {
            "features": [(each, feature_table(each)) for each in load_features()],
            "files": text_table(
                ("", *CHATS.values(), ""), [_file_row(role) for role in load_roles()]
            ),
            "alone": [role for role in load_roles() if not all(role.files.values())],
            "chats": list(CHATS.values()),
        },
    )


def feature_table(feature: Feature) -> str:
    """A table of two columns; objects with the same name share a row."""
    head = "".join(f"<th>{title}</th>" for title in CHATS.values())
    rows = "\n".join(_html_row(row) for row in beside(*feature.objects.values()))
    return f"<table>\n<tr>{head}</tr>\n{rows}\n</table>"


def beside(left: Sequence[CodeObject], right: Sequence[CodeObject]) -> list[Row]:
    """The rows of both columns in order; objects with the same name share a row."""
    names, other_names = ([each.last_name for each in column] for column in (left, right))
    matcher = SequenceMatcher(None, names, other_names, autojunk=False)
    rows: list[Row] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            rows += [([x], [y]) for x, y in zip(left[a:b], right[c:d], strict=True)]
        else:
            rows.append((left[a:b], right[c:d]))
    return rows


def _html_row(row: Row) -> str:
    cells = ("\n\n".join(map(_shown, objects)) for objects in row)
    return "<tr>" + "".join(f'<td valign="top">\n\n{cell}\n\n</td>' for cell in cells) + "</tr>"


def _shown(each: CodeObject) -> str:
    """The name of an object as a link to its file, and its code."""
    head = f"[{code(each.name)}]({_link(each.path)}) in {code(each.module)}"
    return f"{head}\n\n```python\n{source(each)}\n```"


def _file_row(role: Role) -> tuple[str, ...]:
    columns = [
        ", ".join(f"[{code(path.relative_to(chat).as_posix())}]({_link(path)})" for path in paths)
        for chat, paths in role.files.items()
    ]
    return role.about, *columns, role.why


def _link(path: Path) -> str:
    return Path(os.path.relpath(path, "docs")).as_posix()
