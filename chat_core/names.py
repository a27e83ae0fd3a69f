"""Names: which are valid, and which are the same.

Two names are the same if they differ only in case, in compatibility forms, in white space, or in
invisible characters. Letters of different scripts that look alike stay different: `ann` with a
Cyrillic letter is another name.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from chat_core import protocol_limits
from chat_core.default_ignorable import RANGES

BIDI_CONTROLS: Final = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Controls of direction, which also turn the text after the name. The form is for brackets of a
regular expression."""

UNSEEN: Final = (
    "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in RANGES if last <= 0xFFFF)
    + r"\ufff9-\ufffb\u2800"
)
"""Invisible characters: ignorable code points, annotation marks, blank Braille. Only characters of
the Basic Multilingual Plane: JSON Schema has no others. Also for brackets."""

_UNSEEN_BEYOND: Final = "".join(
    rf"\U{first:08x}-\U{last:08x}" for first, last in RANGES if last > 0xFFFF
)
_CONTROL: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f{BIDI_CONTROLS}]")
_UNSEEN: Final = re.compile(f"[{UNSEEN}{_UNSEEN_BEYOND}]")


def read_name(name: str) -> str | None:
    """The trimmed name, as it is shown; None if it is not valid or not visible."""
    user = name.strip()
    if not 1 <= len(user) <= protocol_limits.NAME_CODE_POINTS:
        return None
    return None if _CONTROL.search(user) or not fold_name(user) else user


def fold_name(name: str) -> str:
    """The key of a name: names with the same key are the same name. "" for an invisible name."""
    if name.isascii():  # the usual case: no compatibility forms, no invisible characters
        return " ".join(name.casefold().split())
    folded = _fold_once(name)
    # Two code points may now be neighbours, compose into one, and that one may have another case.
    return _fold_once(folded)


def name_digest(key: str) -> str:
    """A folded name as 64 ASCII characters, which any broker accepts."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def fold_accounts(accounts: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield (id, key) for accounts given as (id, name), oldest first.

    No two keys are the same. Of accounts with the same folded name, the oldest has this name as its
    key. The others get a key that no name can have, so they cannot sign in until they are renamed.
    """
    taken = set()
    for number, username in accounts:
        key = fold_name(username)
        if not key or key in taken:
            key = f"NAME OF ANOTHER, ACCOUNT {number}"  # a folded name has no capital letters
        taken.add(key)
        yield number, key


def _fold_once(name: str) -> str:
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(unicodedata.normalize("NFKC", seen).split())
