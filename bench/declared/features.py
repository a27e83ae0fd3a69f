"""The features of both chats and their code, as `features.toml` declares them."""

import ast
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.errors import BenchError

CHATS: Mapping[str, str] = {"django_chat": "Django Channels", "fastapi_chat": "FastAPI"}
"""The packages of the two chats, and their frameworks."""

ROOT = Path(__file__).resolve().parents[2]
_DECLARATIONS = Path(__file__).with_name("features.toml")
_Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class CodeObject:
    """A function, a method, a class or a constant of a chat, by its name."""

    package: str
    module: str
    """Within the package."""
    name: str
    """Qualified, as `ChatConsumer.connect`."""

    @property
    def path(self) -> Path:
        """The path of the file, relative to the project's root."""
        return module_path(self.package, self.module)

    @property
    def last_name(self) -> str:
        """The name without the names of enclosing classes."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a chat, and the objects that make it in each chat, in reading order."""

    name: str
    about: str
    objects: Mapping[str, tuple[CodeObject, ...]]
    """By package."""


@dataclass(frozen=True, slots=True)
class Role:
    """The role of a file, and the files with this role in each chat; if one has none, why."""

    about: str
    files: Mapping[str, tuple[Path, ...]]
    """The files by package; paths are relative to the project's root."""
    why: str = ""


@cache
def load_features() -> tuple[Feature, ...]:
    """All features, in the order of their declaration. Raises BenchError."""
    return tuple(_feature(entry) for entry in _document()["features"])


@cache
def load_roles() -> tuple[Role, ...]:
    """The role of each file of the two chats."""
    return tuple(_role(entry) for entry in _document()["roles"])


@cache
def source(of: CodeObject) -> str:
    """The source of an object as in its file, without the common indent.

    Raises BenchError if there is no such object.
    """
    text, tree = _read(ROOT / of.path)
    first, last = _lines(_find(of, tree))
    return textwrap.dedent("\n".join(text.splitlines()[first - 1 : last]))


def first_line(of: CodeObject) -> int:
    """The number of an object's first line in its file. Raises BenchError."""
    return _lines(_find(of, syntax_tree(ROOT / of.path)))[0]


def syntax_tree(path: Path) -> ast.Module:
    """The syntax tree of a file, parsed once."""
    return _read(path)[1]


def functions_and_classes(package: str, module: str) -> list[CodeObject]:
    """All functions and classes of a module, in file order. Raises BenchError."""
    path = module_path(package, module)
    try:
        body = ast.parse((ROOT / path).read_text("utf-8")).body
    except FileNotFoundError:
        raise BenchError(f"features.toml: there is no {path.as_posix()}.") from None
    return [CodeObject(package, module, each.name) for each in body if isinstance(each, _Named)]


def module_path(package: str, module: str) -> Path:
    """The file of a module, relative to the project's root."""
    path = Path(package, *module.split("."))
    return path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")


def files_of(package: str) -> Iterator[Path]:
    """The files of a chat that have code, relative to the project's root."""
    for path in sorted((ROOT / package).rglob("*.py")):
        body = ast.parse(path.read_text("utf-8")).body
        if any(not isinstance(each, ast.Expr) for each in body):
            yield path.relative_to(ROOT)


@cache
def _read(path: Path) -> tuple[str, ast.Module]:
    text = path.read_text("utf-8")
    return text, ast.parse(text)


def _document() -> dict[str, Any]:
    return tomllib.loads(_DECLARATIONS.read_text("utf-8"))


def _feature(entry: dict[str, Any]) -> Feature:
    objects = {
        chat: tuple(each for declared in entry.get(chat, ()) for each in _objects(chat, declared))
        for chat in CHATS
    }
    return Feature(entry["name"], entry["about"], objects)


def _objects(package: str, declared: str) -> list[CodeObject]:
    """The declared object, or all objects of a declared module."""
    module, separator, name = declared.partition(":")
    if separator:
        return [CodeObject(package, module, name)]
    return functions_and_classes(package, module)


def _role(entry: dict[str, Any]) -> Role:
    files = {chat: tuple(Path(chat, name) for name in entry.get(chat, ())) for chat in CHATS}
    return Role(entry["about"], files, entry.get("why", ""))


def _find(of: CodeObject, module: ast.Module) -> ast.stmt:
    scope: list[ast.stmt] = module.body
    found: ast.stmt | None = None
    for part in of.name.split("."):
        found = next((each for each in scope if part in _names(each)), None)
        if found is None:
            raise BenchError(f"features.toml: {of.path.as_posix()} has no {of.name}.")
        scope = found.body if isinstance(found, ast.ClassDef) else []
    assert found is not None
    return found


def _names(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Assign(targets=targets):
            return [each.id for each in targets if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case _:
            return []


def _lines(found: ast.stmt) -> tuple[int, int]:
    """First and last line, with the decorators."""
    first = found.lineno
    if isinstance(found, _Named) and found.decorator_list:
        first = min(each.lineno for each in found.decorator_list)
    assert found.end_lineno is not None
    return first, found.end_lineno
