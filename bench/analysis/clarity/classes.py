"""The classes of the project and of its libraries, with their attributes and bases."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.analysis.clarity.imports import imported, in_project, module_file, of_library
from bench.declared.features import ROOT, syntax_tree

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Attribute = tuple[ast.expr | None, ast.expr | None]


@dataclass(frozen=True, slots=True)
class Class:
    """A class and the file that defines it."""

    path: Path
    node: ast.ClassDef

    @property
    def ours(self) -> bool:
        """Whether it is of this project."""
        return self.path.is_relative_to(ROOT) and in_project(self.path.relative_to(ROOT).parts[0])


def find_class(path: Path, node: ast.expr) -> Class | None:
    """The class that `Name` or `module.Name` is in a file, or None."""
    match node:
        case ast.Name(id=name):
            return _class(path, name)
        case ast.Attribute(value=ast.Name(id=alias), attr=name):
            there = module_file(imported(path).get(alias, ""))
            return _class(there, name) if there else None
        case ast.Subscript(value=generic):
            return find_class(path, generic)
    return None


def class_named(path: Path, name: str) -> Class:
    """The class of this name in its file. Raises KeyError."""
    return Class(path, _defined(path)[name])


@cache
def ancestors(owner: Class) -> tuple[Class, ...]:
    """The class and all its bases, as far as their sources are there."""
    found = [owner]
    for base in owner.node.bases:
        above = find_class(owner.path, base)
        if above is not None and above.node is not owner.node:
            found += ancestors(above)
    return tuple(found)


def overrides(owner: Class, name: str) -> bool:
    """Whether a method replaces one of a library's class."""
    return any(name in attributes(each) for each in ancestors(owner) if not each.ours)


@cache
def attributes(owner: Class) -> Mapping[str, _Attribute]:
    """What a class itself defines: the annotation and the value of each name, if it has them."""
    found: dict[str, _Attribute] = {}
    for node in ast.walk(owner.node):
        in_class = node in owner.node.body
        if isinstance(node, ast.AnnAssign) and (name := _name(node.target, in_class)):
            found.setdefault(name, (node.annotation, node.value))
        elif isinstance(node, ast.Assign):
            names = filter(None, (_name(each, in_class) for each in node.targets))
            found |= dict.fromkeys(names, (None, node.value))
    return found | {each.name: (None, None) for each in _methods(owner)}


def parameter(owner: Class, value: ast.expr | None) -> ast.expr | None:
    """The annotation of the parameter of `__init__` that an attribute keeps."""
    for each in _methods(owner):
        if each.name == "__init__" and isinstance(value, ast.Name):
            for argument in (*each.args.args, *each.args.kwonlyargs):
                if argument.arg == value.id:
                    return argument.annotation
    return None


def library_bases(owner: Class) -> list[str]:
    """The bases of a class that libraries have, as `package.module.name`."""
    found = []
    for base in owner.node.bases:
        dotted = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
        head, dot, rest = dotted.partition(".")
        origin = imported(owner.path).get(head, "")
        if origin and of_library(origin):
            found.append(f"{origin}{dot}{rest}")
    return found


@cache
def _class(path: Path, name: str) -> Class | None:
    """The class of this name in a file, also where the file only imports it."""
    if name in _defined(path):
        return Class(path, _defined(path)[name])
    module, _, original = imported(path).get(name, "").rpartition(".")
    there = module_file(module)
    return _class(there, original) if there is not None and there != path else None


@cache
def _defined(path: Path) -> Mapping[str, ast.ClassDef]:
    """The classes of a file by name."""
    return {each.name: each for each in syntax_tree(path).body if isinstance(each, ast.ClassDef)}


def _methods(owner: Class) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (each for each in owner.node.body if isinstance(each, _FUNCTIONS))


def _name(target: ast.expr, in_class: bool) -> str:
    """`x` of `self.x`, and of `x` in the class's body; "" for any other target."""
    match target:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
        case ast.Name(id=name) if in_class:
            return name
    return ""
