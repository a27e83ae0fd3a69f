"""The claims of the article and of FastAPI's page, as declared in article.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

_FILE = Path(__file__).with_name("article.toml")


class ArticleClaim(msgspec.Struct, frozen=True):
    """One claim: its words, a translation, the pages that answer it, and the command."""

    number: int
    quote: str
    english: str
    source: Literal["article", "FastAPI"]
    pages: list[str]
    command: str


@cache
def load_article() -> tuple[ArticleClaim, ...]:
    """All claims in the order of their numbers."""
    declared: Any = tomllib.loads(_FILE.read_text("utf-8"))["claims"]
    return tuple(msgspec.convert(each, ArticleClaim) for each in declared)
