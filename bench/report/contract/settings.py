"""The settings, as they are declared: names, defaults, and what each takes."""

from collections.abc import Mapping

from bench.arms import load_arms
from chat_core.contract import SETTINGS
from chat_core.settings import Settings, SettingsError, declared

_UNREADABLE = "\N{NULL}"


def rows() -> list[tuple[str, str, str, str]]:
    """Name, default, what it takes, and what it is for, in the order of their declarations."""
    return [(name, text, _takes(name), SETTINGS[name]) for name, text in declared().items()]


def _takes(name: str) -> str:
    """What the refusal of a value that cannot be read says; anything where none is refused."""
    try:
        _read({name: _UNREADABLE})
    except SettingsError as error:
        return str(error).partition(": it takes ")[2]
    return "any text"


def _read(environ: Mapping[str, str]) -> None:
    arms = load_arms().values()
    fanouts = dict.fromkeys(arm.scheme for arm in arms if arm.kind == "chat")
    variants = dict.fromkeys(arm.variant for arm in arms if arm.kind == "chat")
    Settings.from_environ(environ, fanouts, variants)
