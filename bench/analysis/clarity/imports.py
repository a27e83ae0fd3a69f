"""Which names of a module come from libraries, and the files of modules; nothing is imported."""

import ast
import sys
import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from bench.declared.features import ROOT, syntax_tree

_PROJECT: Final = ("chat_core", "chat_servers", "django_chat", "fastapi_chat")
_LIBRARIES: Final = tuple({Path(sysconfig.get_path(each)) for each in ("purelib", "platlib")})


@cache
def imported(path: Path) -> Mapping[str, str]:
    """What each imported name stands for, as `package.module.name`."""
    found: dict[str, str] = {}
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, (_package(path, node.level), node.module)))
            for each in node.names:
                found[each.asname or each.name] = f"{module}.{each.name}"
        elif isinstance(node, ast.Import):
            for each in node.names:
                head = each.name if each.asname else each.name.partition(".")[0]
                found[each.asname or head] = head
    return found


def of_library(dotted: str) -> bool:
    """Whether this is of a library: neither of the standard library nor of this project."""
    return not in_project(dotted) and dotted.partition(".")[0] not in sys.stdlib_module_names


def in_project(dotted: str) -> bool:
    """Whether this is of one of the project's packages."""
    return dotted.partition(".")[0] in _PROJECT


@cache
def module_file(module: str) -> Path | None:
    """The file of a module of the project or of a library; None for any other."""
    package, *_ = parts = module.split(".")
    for root in (ROOT,) if package in _PROJECT else _LIBRARIES:
        path = root.joinpath(*parts)
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if module and file.is_file():
                return file
    return None


def _package(path: Path, level: int) -> str:
    """The package that a relative import of this level begins from; "" for an absolute import."""
    if not level:
        return ""
    root = next(each for each in (*_LIBRARIES, ROOT) if path.is_relative_to(each))
    parts = path.relative_to(root).parent.parts
    return ".".join(parts[: len(parts) - level + 1])
