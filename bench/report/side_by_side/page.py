"""The pages: the essence of a feature in both chats, the counts, and all the rest folded."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from bench.analysis.clarity.figures import library_names
from bench.declared.essences import Piece, essential_lines, load_essences
from bench.declared.features import CHATS, CodeObject, Feature, Role, load_features, load_roles
from bench.report.clarity.tables import count_rows, feature_rows
from bench.report.code import beside, file_link, named, shown
from bench.report.markdown import code, table, text_table
from bench.report.templating import fill

FOLDER: Final = Path("docs") / "side-by-side"
Row = tuple[Sequence[CodeObject], Sequence[CodeObject]]
"""A row of a table, with one cell for each chat."""


def render_side_by_side() -> dict[Path, str]:
    """The pages by path, relative to the project's root. Raises BenchError."""
    features = load_features()
    pages = {FOLDER / "README.md": _index(features)}
    for number, feature in enumerate(features):
        context = _context(feature) | {
            "previous": features[number - 1].name if number else "",
            "next": features[number + 1].name if number + 1 < len(features) else "",
        }
        pages[FOLDER / f"{feature.name}.md"] = fill("side-by-side.md.j2", context)
    return pages


def _index(features: Sequence[Feature]) -> str:
    roles = load_roles()
    return fill(
        "side-by-side-index.md.j2",
        {
            "features": features,
            "counts": table(*feature_rows(lambda name: f"[{name}]({name}.md)")),
            "files": text_table(
                ("role", *CHATS.values(), "why they differ"), [_file_row(role) for role in roles]
            ),
            "alone": [role for role in roles if not all(role.files.values())],
        },
    )


def _context(feature: Feature) -> dict[str, Any]:
    essence = load_essences()[feature.name]
    cells = ["\n\n".join(_piece(p, chat) for p in essence.pieces(chat)) for chat in CHATS]
    return {
        "feature": feature,
        "differs": essence.differs,
        "essence": beside([(cells[0], cells[1])]),
        "counts": table(("", *CHATS.values()), count_rows(feature.name)),
        "names": {
            title: ", ".join(map(code, sorted(library_names(feature.objects[chat])))) or "none"
            for chat, title in CHATS.items()
        },
        "rest": feature_table(feature),
    }


def feature_table(feature: Feature) -> str:
    """A table of two columns with all code; objects with the same name share a row."""
    rows = rows_beside(*feature.objects.values())
    return beside([(_cell(left), _cell(right)) for left, right in rows])


def rows_beside(left: Sequence[CodeObject], right: Sequence[CodeObject]) -> list[Row]:
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


def _cell(objects: Sequence[CodeObject]) -> str:
    return "\n\n".join(shown(each, FOLDER) for each in objects)


def _piece(piece: Piece, chat: str) -> str:
    text = "\n".join(essential_lines(piece, chat))
    return f"{named(piece.of(chat), FOLDER)}\n\n```python\n{text}\n```"


def _file_row(role: Role) -> tuple[str, ...]:
    columns = [
        ", ".join(
            f"[{code(path.relative_to(chat).as_posix())}]({file_link(path, FOLDER)})"
            for path in paths
        )
        for chat, paths in role.files.items()
    ]
    return role.about, *columns, role.why
