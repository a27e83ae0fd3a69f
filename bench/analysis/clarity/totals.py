"""Figures of several features together, and what they say about the article's claims."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from bench.analysis.clarity.figures import measured
from bench.declared.features import CHATS, load_features
from bench.envelope.clarity import FeatureFigures

CONNECTION: Final = ("connect", "receive", "deliver", "disconnect")
"""The features that dispatch and a loop are about."""
ACCOUNTS: Final = ("authenticate", "accounts")
SCALE_OUT: Final = ("scale-out",)
ALL: Final = tuple(each.name for each in load_features())
SAME: Final = 1.1
"""Up to this factor, two sums count as the same."""


@cache
def both(features: tuple[str, ...]) -> tuple[FeatureFigures, FeatureFigures]:
    """The figures of these features together: first Channels, then FastAPI."""
    channels, fastapi = (_together(chat, features) for chat in CHATS)
    return channels, fastapi


def less(a: int, b: int) -> bool:
    """Whether `a` is less than `b` by more than what counts as the same."""
    return a * SAME < b


def _together(chat: str, features: Iterable[str]) -> FeatureFigures:
    chosen = [each for each in load_features() if each.name in features]
    return measured("all", (each for feature in chosen for each in feature.objects[chat]))
