"""What FastAPI hands to a WebSocket endpoint and to its dependencies by their signatures."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.analysis.clarity.imports import imported, in_project, module_file
from bench.declared.features import ROOT, CodeObject, syntax_tree

KINDS: Final = ("Depends", "Security", "Cookie", "Header", "Path", "Query")
"""As FastAPI's page on WebSockets lists them."""
_ENDPOINT: Final = CodeObject("fastapi_chat", "endpoints", "room_socket")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(slots=True)
class Parameters:
    """How often each kind is used, and by which functions."""

    kinds: Counter[str] = field(default_factory=Counter)
    functions: list[str] = field(default_factory=list)
    by_name: int = 0
    """Parameters of the path without a `Path`: their names are enough."""


def endpoint_parameters() -> Parameters:
    """Of the chat's WebSocket endpoint and of all its dependencies, each counted once."""
    found = Parameters()
    _follow(ROOT / _ENDPOINT.path, _ENDPOINT.name, found)
    return found


def _follow(path: Path, name: str, found: Parameters) -> None:
    path, name = _home(path, name)
    node = _function(path, name)
    if node is None or name in found.functions:
        return
    found.functions.append(name)
    route = "".join(_texts(node.decorator_list))
    arguments = (*node.args.args, *node.args.kwonlyargs)
    found.by_name += sum(f"{{{each.arg}" in route for each in arguments)
    declared = [*node.decorator_list, *(each.annotation for each in arguments if each.annotation)]
    for call, there in (each for tree in declared for each in _calls(tree, path)):
        kind = ast.unparse(call.func)
        found.kinds[kind] += 1
        if kind in ("Depends", "Security") and call.args:
            _follow(there, ast.unparse(call.args[0]), found)


def _calls(tree: ast.AST, path: Path) -> Iterator[tuple[ast.Call, Path]]:
    """The calls of the kinds in an annotation, also behind a name for it, with their files."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in KINDS:
            yield node, path
        elif isinstance(node, ast.Name):
            there, name = _home(path, node.id)
            alias = _assigned(there, name)
            if alias is not None:
                yield from _calls(alias, there)


def _home(path: Path, name: str) -> tuple[Path, str]:
    """The file that defines a name which this file imports from the project."""
    origin = imported(path).get(name, "")
    module, _, original = origin.rpartition(".")
    there = module_file(module) if in_project(origin) else None
    return (path, name) if there is None else (there, original)


def _function(path: Path, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    body = syntax_tree(path).body
    return next((n for n in body if isinstance(n, _FUNCTIONS) and n.name == name), None)


def _assigned(path: Path, name: str) -> ast.expr | None:
    """The value of a constant of a module."""
    for node in syntax_tree(path).body:
        if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == [name]:
            return node.value
    return None


def _texts(trees: list[ast.expr]) -> Iterator[str]:
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
