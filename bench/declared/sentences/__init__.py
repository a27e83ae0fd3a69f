"""The sentences of the pages in two languages: a file for each page."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from bench.declared.texts import Text

_HERE = Path(__file__).parent


@cache
def sentences(page: str) -> Mapping[str, Text]:
    """The sentences of a page by key. Raises BenchError if a translation lacks a figure."""
    text = (_HERE / f"{page}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Text])
