"""Names: what may be one, and which ones are the same.

Two names are the same that differ in nothing a reader sees: in case, in compatibility forms, in
white space, in what is drawn as nothing. Letters of different scripts that look alike stay
different: `ann` with a Cyrillic letter is another name.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from chat_core import protocol_limits
from chat_core.default_ignorable import RANGES

BIDI_CONTROLS: Final = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""They turn the direction of what is drawn, also of what follows the name. As a regular expression
has them in brackets."""

UNSEEN: Final = (
    "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in RANGES if last <= 0xFFFF)
    + r"\ufff9-\ufffb\u2800"
)
"""What is drawn as nothing: what Unicode ignores, marks of annotations, blank Braille. Of the Basic
Multilingual Plane, as JSON Schema has no other; in brackets, too."""

_UNSEEN_BEYOND: Final = "".join(
    rf"\U{first:08x}-\U{last:08x}" for first, last in RANGES if last > 0xFFFF
)
_CONTROL: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f{BIDI_CONTROLS}]")
_UNSEEN: Final = re.compile(f"[{UNSEEN}{_UNSEEN_BEYOND}]")


def read_name(name: str) -> str | None:
    """The name as it is shown, trimmed; None where it is none, or nothing of it is seen."""
    user = name.strip()
    if not 1 <= len(user) <= protocol_limits.NAME_CODE_POINTS:
        return None
    return None if _CONTROL.search(user) or not fold_name(user) else user


def fold_name(name: str) -> str:
    """What names have in common that must not belong to two; "" where nothing is seen of it."""
    if name.isascii():  # as most are: no form, nothing that is not seen
        return " ".join(name.casefold().split())
    folded = _fold_once(name)
    # What was between two code points is gone: they may now be one, and that have another case.
    return _fold_once(folded)


def name_digest(key: str) -> str:
    """A folded name as 64 characters of ASCII, as any broker takes them."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def fold_accounts(accounts: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The keys of accounts, given by their ids and names, the eldest first: ids and keys.

    No two keys are the same: the eldest of those with the same folded name has it. The others have
    a key that nobody can type, and so nobody can sign in, until their name is changed.
    """
    taken = set()
    for number, username in accounts:
        key = fold_name(username)
        if not key or key in taken:
            key = f"NAME OF ANOTHER, ACCOUNT {number}"  # in capitals, which folding leaves none of
        taken.add(key)
        yield number, key


def _fold_once(name: str) -> str:
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(unicodedata.normalize("NFKC", seen).split())
