"""The needs and the questions of the page that helps to decide, as declared in TOML."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from bench.declared.texts import Text, placeholders

Choice = Literal["fastapi", "channels", "same"]
"""What a comparison says: the better one, or that no difference was shown."""

_HERE: Final = Path(__file__).parent


class Need(msgspec.Struct, frozen=True):
    """A need, and what to choose for it: one text for each outcome of the comparison."""

    id: str
    need: Text
    choose: dict[Choice, Text]
    why: Text
    """With the figures."""
    later: Text
    """What it costs to change one's mind."""
    pages: list[str]
    """Below docs/, with an anchor where that helps."""
    command: str
    """Measures the figures."""
    depends: Text | None = None

    @property
    def figures(self) -> set[str]:
        """The names of all figures in the texts."""
        texts = [*self.choose.values(), self.why, self.later]
        return _figures([*texts, self.depends] if self.depends else texts)


class Thread(msgspec.Struct, frozen=True):
    """An issue in which the question is asked, and what it says in a few words."""

    repository: str
    number: int
    says: Text


class Question(msgspec.Struct, frozen=True):
    """A question that people ask, where they ask it, and the answer with its figures."""

    number: int
    question: Text
    answer: Text
    threads: list[Thread]
    pages: list[str]
    command: str
    not_measured: Text | None = None
    """The part of the question that has no result yet."""
    missing_command: str = ""
    """Would measure that part; empty if no experiment can."""

    @property
    def figures(self) -> set[str]:
        """The names of all figures in the answer."""
        return _figures([self.answer])


@cache
def load_needs() -> tuple[Need, ...]:
    """All needs, in the order of the page."""
    return tuple(msgspec.convert(each, Need) for each in _entries("needs"))


@cache
def load_questions() -> tuple[Question, ...]:
    """All questions, by their numbers."""
    return tuple(msgspec.convert(each, Question) for each in _entries("questions"))


def _entries(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((_HERE / f"{name}.toml").read_text("utf-8"))[name]
    return found


def _figures(texts: list[Text]) -> set[str]:
    return set().union(*(placeholders(each.en) for each in texts)) - {"up"}
