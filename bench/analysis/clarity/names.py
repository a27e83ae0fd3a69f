"""The identifiers of libraries that a piece of code uses.

A small inference that runs nothing. A value is a library's if it is imported from one, if it is an
attribute or a result of such a value, if its annotation names such a class, or if it is an
attribute that only a base class from a library can have.
"""

import ast
from pathlib import Path
from typing import Final

from bench.analysis.clarity.classes import (
    Class,
    ancestors,
    attributes,
    find_class,
    library_bases,
    overrides,
    parameter,
)
from bench.analysis.clarity.imports import imported, of_library

_BUILT_IN: Final = frozenset(
    name for kind in (str, bytes, dict, list, set, int) for name in dir(kind)
)
"""Attributes of a library's value that every reader of Python knows."""
_OURS: Final = ("CHAT", "state")
"""Attributes of a framework's object under which the project keeps values of its own."""


class LibraryNames(ast.NodeVisitor):
    """Collects the identifiers in `found`. `owner` is the class of the code's methods, if any."""

    def __init__(self, path: Path, owner: Class | None = None) -> None:
        self.found: set[str] = set()
        self._path = path
        self._imports = imported(path)
        self._owner = owner
        self._values: dict[str, str | None] = {}
        """What is known of local variables."""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outside, self._owner = self._owner, Class(self._path, node)
        self.generic_visit(node)
        self._owner = outside

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if self._owner and node.name != "__init__" and overrides(self._owner, node.name):
            self.found.add(node.name)
        outside = dict(self._values)
        for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            self._values[each.arg] = self._annotated(each.annotation)
        self.generic_visit(node)
        self._values = outside

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self._bind(target, self.value(node.value))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        self._bind(node.target, self._annotated(node.annotation))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.generic_visit(node)
        self._bind(node.target, self.value(node.value))

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._bind(item.optional_vars, self.value(item.context_expr))
        self.generic_visit(node)

    visit_AsyncWith = visit_With  # noqa: N815

    def visit_Name(self, node: ast.Name) -> None:
        if node.id not in self._values and self.value(node):
            self.found.add(self._imports[node.id].rpartition(".")[2])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        owner = self._class_of(node.value)
        if (owner is None or not _is_ours(owner, node.attr)) and self.value(node):
            self.found.add(node.attr)
        self.generic_visit(node)

    def value(self, node: ast.expr) -> str | None:
        """The library that a value comes from, as the dotted name of its origin, or None."""
        match node:
            case ast.Name(id=name) if name in self._values:
                return self._values[name]
            case ast.Name(id=name):
                origin = self._imports.get(name, "")
                return origin if origin and of_library(origin) else None
            case ast.Attribute(attr=attr) if attr in _BUILT_IN or attr in _OURS:
                return None
            case ast.Attribute(value=value, attr=attr):
                owner = self._class_of(value)
                return self.value(value) if owner is None else _of_class(owner, attr)
            case ast.Call(func=ast.Name(id="super")):
                return None if self._owner is None else _of_class(self._owner, None)
            case ast.Call(func=inner) | ast.Await(value=inner) | ast.Subscript(value=inner):
                return self.value(inner)
        return None

    def _bind(self, target: ast.expr, value: str | None) -> None:
        if isinstance(target, ast.Name):
            self._values[target.id] = value

    def _class_of(self, node: ast.expr) -> Class | None:
        """The project's class that an expression is or, for `self`, is an instance of."""
        if isinstance(node, ast.Name) and node.id == "self":
            return self._owner
        head = node.value if isinstance(node, ast.Attribute) else node
        if isinstance(head, ast.Name) and of_library(self._imports.get(head.id, "chat_core")):
            return None  # no need to look into the library
        return find_class(self._path, node)

    def _annotated(self, annotation: ast.expr | None) -> str | None:
        """The library of the first class that an annotation names."""
        for node in ast.walk(annotation) if annotation is not None else ():
            if isinstance(node, (ast.Name, ast.Attribute)) and (found := self.value(node)):
                return found
        return None


def _of_class(owner: Class, attr: str | None) -> str | None:
    """The library of a class's attribute: by its annotation, or because a base must have it."""
    ours = [each for each in ancestors(owner) if each.ours]
    for each in ours:
        if attr is not None and attr in attributes(each):
            annotation, value = attributes(each)[attr]
            names = LibraryNames(each.path)
            return names._annotated(annotation) or names._annotated(parameter(each, value))
    return next((base for each in ours for base in library_bases(each)), None)


def _is_ours(owner: Class, attr: str) -> bool:
    """Whether the project defines this attribute."""
    return any(attr in attributes(each) for each in ancestors(owner) if each.ours)
