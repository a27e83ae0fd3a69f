"""What an answer to a claim is."""

from dataclasses import dataclass
from typing import Literal

from bench.declared.sentences import sentences
from bench.declared.texts import Text

Word = Literal["right", "wrong", "right_if", "answered", "not_settled"]
"""The keys of the words, among the page's sentences."""
PAGE = "claims"


@dataclass(frozen=True, slots=True)
class Answer:
    """`word`, with the condition for "right_if", and what the figures say.

    A claim that is a question is "answered".
    """

    word: Word
    text: Text
    condition: Text | None = None

    @property
    def verdict(self) -> Text:
        """The word, with its condition."""
        known = sentences(PAGE)[self.word]
        return known if self.condition is None else known.filled(condition=self.condition)


def said(key: str, **figures: str | Text) -> Text:
    """A sentence of the page with its figures."""
    return sentences(PAGE)[key].filled(**figures)
