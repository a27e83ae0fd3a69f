"""Figures that come from the sources: lines of code, and settings of servers and databases."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from bench.analysis.claims import MARGIN
from bench.analysis.wording import count
from bench.declared.decision import Choice
from bench.declared.features import CHATS, ROOT, CodeObject, load_features, load_roles, source
from bench.declared.texts import Text, same
from bench.report.claims.results import Results
from bench.report.decision.speed_figures import Figure
from chat_core.database import READERS
from chat_servers import settings as servers

DJANGO, FASTAPI = CHATS
ACCOUNTS: Final = frozenset({"authenticate", "accounts"})
_ADMIN: Final = "admin.py"


@cache
def lines(chat: str, features: frozenset[str] | None = None) -> int:
    """Lines of a chat that make these features, or all of them; an object counts once."""
    objects: dict[CodeObject, None] = {
        each: None
        for feature in load_features()
        if features is None or feature.name in features
        for each in feature.objects[chat]
    }
    return sum(_code_lines(source(each)) for each in _outermost(objects))


@cache
def shared_lines() -> int:
    """Lines of the code that both chats share."""
    files = (ROOT / "chat_core").rglob("*.py")
    return sum(_code_lines(path.read_text("utf-8")) for path in files)


@cache
def admin_lines() -> int:
    """Lines of the files with the role of the admin, which Django's chat alone has."""
    files = {
        path
        for role in load_roles()
        for path in role.files[DJANGO]
        if any(each.name == _ADMIN for each in role.files[DJANGO]) and not role.files[FASTAPI]
    }
    return sum(_code_lines((ROOT / path).read_text("utf-8")) for path in files)


def less_code(_: Results) -> Choice:
    """The chat with fewer lines."""
    ratio = lines(DJANGO) / lines(FASTAPI)
    if 1 / MARGIN < ratio < MARGIN:  # as two measurements are called alike
        return "same"
    return "fastapi" if ratio > 1 else "channels"


def has_admin(_: Results) -> Choice:
    """The chat whose framework has an admin."""
    return "channels" if admin_lines() else "same"


def _outermost(objects: Iterable[CodeObject]) -> list[CodeObject]:
    """Without the objects that are inside another one of them."""
    every = {(each.package, each.module, each.name) for each in objects}
    return [
        each
        for each in objects
        if not any((each.package, each.module, outer) in every for outer in _outer(each.name))
    ]


def _outer(name: str) -> list[str]:
    """The names of the classes around an object."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _code_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())


def _fixed(value: int) -> Figure:
    return lambda _: same(count(value))


def _lines(chat: str, features: frozenset[str] | None = None) -> Figure:
    def figure(_: Results) -> Text:
        return same(count(lines(chat, features)))

    return figure


CODE_FIGURES: Final[Mapping[str, Figure]] = {
    "channels_lines": _lines(DJANGO),
    "fastapi_lines": _lines(FASTAPI),
    "channels_account_lines": _lines(DJANGO, ACCOUNTS),
    "fastapi_account_lines": _lines(FASTAPI, ACCOUNTS),
    "core_lines": lambda _: same(count(shared_lines())),
    "admin_lines": lambda _: same(count(admin_lines())),
    "database_connections": _fixed(READERS + 1),
    "ping_interval_s": _fixed(servers.PING_INTERVAL_SECONDS),
    "ping_timeout_s": _fixed(servers.PING_TIMEOUT_SECONDS),
    "stop_s": _fixed(servers.STOP_SECONDS),
}
