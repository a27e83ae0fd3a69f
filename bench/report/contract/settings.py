"""The declared settings: names, defaults, and accepted values."""

from collections.abc import Mapping

from bench.declared.arms import load_arms
from chat_core.contract import SETTINGS
from chat_core.settings import Settings, SettingsError, declared

_UNREADABLE = "\N{NULL}"


def rows() -> list[tuple[str, str, str, str]]:
    """Name, default, accepted values and purpose of each setting, in order of declaration."""
    return [(name, text, _takes(name), SETTINGS[name]) for name, text in declared().items()]


def _takes(name: str) -> str:
    """The accepted values, from the error for an invalid value; "anything" if all are valid."""
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
