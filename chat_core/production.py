"""What `CHAT_ENV=production` refuses: settings that are only for development."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chat_core.setting_types import is_loopback

if TYPE_CHECKING:
    from chat_core.settings import Settings

SECRET_KEY_CHARACTERS: Final = 50
SECRET_KEY_DIFFERENT: Final = 5
"""The same numbers as in Django's deployment check."""


def refusals(settings: "Settings") -> Iterator[str]:
    """One sentence for each setting that production refuses; none of them shows a secret."""
    yield from _secret_key(settings.secret_key)
    yield from _origins(settings)
    if settings.debug:
        yield _refused("CHAT_DEBUG=1", "it shows what is inside")
    if settings.variant == "tutorial":
        yield _refused("CHAT_VARIANT=tutorial", "it is there to be compared")
    for name, field in type(settings).model_fields.items():
        # A limit that is off is None.
        if getattr(settings, name) is None:
            yield _refused(f"{field.validation_alias}=off", "set a limit")


def _secret_key(key: str) -> Iterator[str]:
    if not key:
        yield "CHAT_SECRET_KEY is not set: it is required with CHAT_ENV=production"
    elif len(key) < SECRET_KEY_CHARACTERS or len(set(key)) < SECRET_KEY_DIFFERENT:
        yield _refused(
            "This CHAT_SECRET_KEY",
            f"it takes at least {SECRET_KEY_CHARACTERS} characters, "
            f"{SECRET_KEY_DIFFERENT} of them different",
        )


def _origins(settings: "Settings") -> Iterator[str]:
    if "origins" not in settings.model_fields_set:
        yield "CHAT_ORIGINS is not set: it is required with CHAT_ENV=production"
    if "*" in settings.origins:
        yield _refused("CHAT_ORIGINS='*'", "name them")
    if "*" in settings.further_hosts:
        yield _refused("CHAT_HOSTS='*'", "name them")
    for origin in sorted(settings.origins - {"*"}):
        parts = urlsplit(origin)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            yield _refused(f"CHAT_ORIGINS={origin!r}", "only https is safe on a network")


def _refused(what: str, instead: str) -> str:
    return f"{what} is refused with CHAT_ENV=production: {instead}"
