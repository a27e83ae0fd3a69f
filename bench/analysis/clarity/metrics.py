"""Sizes and complexities of a piece of source; many features share a piece, so each is kept."""

import ast
import io
import tokenize
from functools import cache

import complexipy
import lizard


@cache
def logical_lines(source: str) -> int:
    """Logical lines of Python: a statement or the head of a block, over however many lines.

    Comments and docstrings, also those of attributes, are not counted.
    """
    tokens = tokenize.generate_tokens(io.StringIO(source + "\n").readline)
    ended = sum(token.type == tokenize.NEWLINE for token in tokens)
    return ended - sum(_is_text(each) for each in ast.walk(ast.parse(source)))


@cache
def cyclomatic(source: str) -> tuple[int, ...]:
    """The cyclomatic complexity of each function, by lizard."""
    found = lizard.analyze_file.analyze_source_code("source.py", source)
    return tuple(each.cyclomatic_complexity for each in found.function_list)


@cache
def cognitive(source: str) -> tuple[int, ...]:
    """The cognitive complexity of each outer function and method, by complexipy."""
    return tuple(each.complexity for each in complexipy.code_complexity(source).functions)


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
