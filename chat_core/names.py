"""Names: what may be one, and which ones are the same."""

import hashlib
import unicodedata

from chat_core import protocol_limits


def read_name(name: str) -> str | None:
    """The name as it is shown, trimmed; None where it is none."""
    user = name.strip()
    control = any(unicodedata.category(character) == "Cc" for character in user)
    return None if control or not 1 <= len(user) <= protocol_limits.NAME_CODE_POINTS else user


def fold_name(name: str) -> str:
    """What names have in common that must not belong to two: case, forms, and what is not seen."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if unicodedata.category(each) != "Cf").strip()


def name_digest(key: str) -> str:
    """A folded name as 64 characters of ASCII, as any broker takes them."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
