"""The settings, found out from how they are read: names, defaults, and what each takes."""

from collections.abc import Iterator, Mapping

from bench.arms import load_arms
from chat_core.contract import SETTINGS
from chat_core.settings import Settings, SettingsError

_UNREADABLE = "\N{NULL}"


class _Recorder(Mapping[str, str]):
    """An environment that notes what is asked for, with which default, and in which order."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.setdefault(key, default)
        return default


def rows() -> list[tuple[str, str, str, str]]:
    """Name, default, what it takes, and what it is for, as they are read."""
    recorder = _Recorder()
    _read(recorder)
    return [(name, recorder.asked[name], _takes(name), SETTINGS[name]) for name in recorder.asked]


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
