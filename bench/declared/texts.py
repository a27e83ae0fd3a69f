"""Sentences in English and in Japanese, with the same places for figures.

The figures are put into both at once, so that they cannot differ.
"""

import string
from collections.abc import Iterable, Mapping
from typing import Final, Literal, Self

import msgspec

from bench.errors import BenchError

Language = Literal["en", "ja"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ja")
UP: Final[Mapping[Language, str]] = {"en": "", "ja": "../"}
"""From a page of a language to the pages in `docs/`: what `{up}` means in a text."""


class Text(msgspec.Struct, frozen=True):
    """One or more sentences of Markdown; `{name}` is the place of a figure."""

    en: str
    ja: str

    def __post_init__(self) -> None:
        if placeholders(self.en) != placeholders(self.ja):
            raise BenchError(f"The figures of a text and of its translation differ: {self.en!r}.")

    def filled(self, **figures: "str | Text") -> Self:
        """With its figures. A figure that is a text has its words in each language."""
        return type(self)(*(self._filled(language, figures) for language in LANGUAGES))

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        return self.en if language == "en" else self.ja

    def _filled(self, language: Language, figures: "Mapping[str, str | Text]") -> str:
        words = {
            name: each.in_language(language) if isinstance(each, Text) else each
            for name, each in figures.items()
        }
        return self.in_language(language).format_map({"up": UP[language], **words})


def placeholders(text: str) -> set[str]:
    """The names of the places for figures."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def same(text: str) -> Text:
    """A text that is the same in both languages: a number, a name."""
    escaped = text.replace("{", "{{").replace("}", "}}")
    return Text(escaped, escaped).filled()


def joined(texts: Iterable[Text]) -> Text:
    """Sentences one after the other; Japanese has no space between them."""
    every = list(texts)
    return Text(" ".join(each.en for each in every), "".join(each.ja for each in every))
