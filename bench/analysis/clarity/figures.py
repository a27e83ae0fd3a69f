"""The figures of each feature in each chat, counted in the sources of now."""

import ast
from collections.abc import Iterable
from functools import cache

from bench.analysis.clarity.classes import class_named
from bench.analysis.clarity.metrics import cognitive, cyclomatic, logical_lines
from bench.analysis.clarity.names import LibraryNames
from bench.declared.clarity import MarkKind, marked
from bench.declared.features import ROOT, CodeObject, load_features, source
from bench.envelope.clarity import FeatureFigures


@cache
def figures(chat: str) -> tuple[FeatureFigures, ...]:
    """All features of a chat, `django_chat` or `fastapi_chat`, in their declared order."""
    return tuple(measured(each.name, each.objects[chat]) for each in load_features())


def measured(name: str, objects: Iterable[CodeObject]) -> FeatureFigures:
    """The figures of some objects together."""
    objects = list(objects)
    sources = [source(each) for each in objects]
    branches = [value for text in sources for value in cyclomatic(text)]
    nested = [value for text in sources for value in cognitive(text)]
    return FeatureFigures(
        feature=name,
        lines=sum(map(logical_lines, sources)),
        functions=len(branches),
        cyclomatic=sum(branches),
        cognitive=sum(nested),
        hardest=max(nested, default=0),
        names=sorted(library_names(objects)),
        files=len({each.path for each in objects}),
        settings=sum(map(_settings, objects)),
        missing=_lines_marked("missing", objects),
        against=_lines_marked("against", objects),
    )


def library_names(objects: Iterable[CodeObject]) -> set[str]:
    """The identifiers of libraries that the objects use."""
    return {name for each in objects for name in _names_in(each)}


@cache
def _names_in(each: CodeObject) -> frozenset[str]:
    outer, dot, _ = each.name.partition(".")
    path = ROOT / each.path
    names = LibraryNames(path, class_named(path, outer) if dot else None)
    names.visit(ast.parse(source(each)))
    return frozenset(names.found)


def _lines_marked(kind: MarkKind, objects: Iterable[CodeObject]) -> int:
    return sum(logical_lines(source(each)) for each in objects if each in marked(kind))


@cache
def _settings(each: CodeObject) -> int:
    """Django's settings are constants of a module; FastAPI's are the application's arguments."""
    if each.module == "settings":
        return 1
    calls = (node for node in ast.walk(ast.parse(source(each))) if isinstance(node, ast.Call))
    return sum(
        len(call.keywords)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "FastAPI"
    )
