"""What shows a feature in a few lines, as declared in essences.toml."""

import ast
import textwrap
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.declared.features import CodeObject, first_line, source
from bench.errors import BenchError

_FILE: Final = Path(__file__).with_name("essences.toml")


class Piece(msgspec.Struct, frozen=True):
    """Code by its name: all of it, or the lines from one that begins with `first` to `last`."""

    code: str
    first: str = ""
    last: str = ""

    def of(self, chat: str) -> CodeObject:
        """The object that it is, or that it is a part of."""
        module, _, name = self.code.partition(":")
        return CodeObject(chat, module, name)


class Essence(msgspec.Struct, frozen=True):
    """One sentence on what differs, and the code of each chat that shows it."""

    differs: str
    django_chat: list[Piece]
    fastapi_chat: list[Piece]

    def pieces(self, chat: str) -> list[Piece]:
        """The code of one chat."""
        found: list[Piece] = getattr(self, chat)
        return found


@cache
def load_essences() -> Mapping[str, Essence]:
    """The essence of each feature, by its name."""
    declared: Any = tomllib.loads(_FILE.read_text("utf-8"))
    return msgspec.convert(declared, dict[str, Essence])


def essential_lines(piece: Piece, chat: str) -> list[str]:
    """The lines of a piece, without docstrings and comments of their own line.

    Raises BenchError if no line begins with `first` or, after it, with `last`.
    """
    return [text for _, text in numbered_lines(piece, chat)]


def numbered_lines(piece: Piece, chat: str) -> list[tuple[int, str]]:
    """The same lines, each with its number in its file. Raises BenchError."""
    numbered = _bare(source(piece.of(chat)), first_line(piece.of(chat)))
    if not piece.first:
        return numbered
    lines = [text for _, text in numbered]
    start = _beginning(piece, lines, piece.first, 0)
    end = _end(lines, _beginning(piece, lines, piece.last, start))
    texts = textwrap.dedent("\n".join(lines[start:end])).splitlines()
    return [(number, text) for (number, _), text in zip(numbered[start:end], texts, strict=True)]


def _bare(text: str, first: int) -> list[tuple[int, str]]:
    dropped = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return [
        (first + number - 1, line)
        for number, line in enumerate(text.splitlines(), 1)
        if number not in dropped and line.strip() and not line.lstrip().startswith("#")
    ]


def _beginning(piece: Piece, lines: list[str], text: str, after: int) -> int:
    for number in range(after, len(lines)):
        if lines[number].lstrip().startswith(text):
            return number
    raise BenchError(f"essences.toml: {piece.code} has no line that begins with {text!r}.")


def _end(lines: list[str], last: int) -> int:
    """The line after a statement that begins at `last` and may be broken over several lines."""
    depth = 0
    for number in range(last, len(lines)):
        depth += sum(lines[number].count(each) for each in "([{")
        depth -= sum(lines[number].count(each) for each in ")]}")
        if depth <= 0:
            return number + 1
    return len(lines)
