"""What the words after `chatbench locust` say: arms, and Locust's own arguments."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from bench.errors import BenchError

_WEB_PORT: Final = "8089"
_NO_WEB_UI: Final = {"--headless", "--worker", "--help", "-h", "--version", "-V", "--list", "-l"}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arms stand before Locust's first option; all other words go to Locust."""

    arms: list[str]
    for_locust: list[str]
    web_port: int
    has_web_ui: bool

    @classmethod
    def read(cls, words: Sequence[str]) -> Self:
        """Raises BenchError for a port that is no number."""
        arms, rest = [], list(words)
        # Locust's classes of users, such as Chatter, begin with a capital letter.
        while rest and rest[0][:1].islower():
            arms.append(rest.pop(0))
        return cls(arms, rest, _web_port(rest), not _NO_WEB_UI & {*rest})


def _web_port(words: Sequence[str]) -> int:
    text = _value(words, ("--web-port", "-P")) or os.environ.get("LOCUST_WEB_PORT") or _WEB_PORT
    try:
        return int(text)
    except ValueError:
        raise BenchError(f"--web-port takes a port from 1 to 65535, not {text!r}.") from None


def _value(words: Sequence[str], names: Sequence[str]) -> str | None:
    """The value of the last option of these names, as `--name VALUE` or `--name=VALUE`."""
    found = None
    for number, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in names:
            found = value or next(iter(words[number + 1 : number + 2]), None)
    return found
