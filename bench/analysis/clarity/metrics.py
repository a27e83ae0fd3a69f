"""Sizes and complexities of a piece of source."""

import ast
import io
import tokenize

import complexipy
import lizard


def logical_lines(source: str) -> int:
    """Logical lines of Python: a statement or the head of a block, over however many lines.

    Comments and docstrings, also those of attributes, are not counted.
    """
    tokens = tokenize.generate_tokens(io.StringIO(source + "\n").readline)
    ended = sum(token.type == tokenize.NEWLINE for token in tokens)
    return ended - sum(_is_text(each) for each in ast.walk(ast.parse(source)))


def cyclomatic(source: str) -> list[int]:
    """The cyclomatic complexity of each function, by lizard."""
    found = lizard.analyze_file.analyze_source_code("source.py", source)
    return [each.cyclomatic_complexity for each in found.function_list]


def cognitive(source: str) -> list[int]:
    """The cognitive complexity of each outer function and method, by complexipy."""
    return [each.complexity for each in complexipy.code_complexity(source).functions]


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
