"""What an answer to a claim is."""

from dataclasses import dataclass
from typing import Literal

Word = Literal["right", "wrong", "right if", "answered", "not settled"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`word`, with the condition for "right if", and what the figures say.

    A claim that is a question is "answered".
    """

    word: Word
    text: str
    condition: str = ""
