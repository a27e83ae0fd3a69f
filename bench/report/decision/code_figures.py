"""Figures that come from the sources: lines of code, and settings of servers and databases."""

from collections.abc import Mapping
from functools import cache
from typing import Final

import redis
import redis.asyncio

from bench.analysis.clarity.metrics import logical_lines
from bench.analysis.clarity.totals import ACCOUNTS, ALL, both, less
from bench.analysis.wording import count
from bench.declared.decision import Choice
from bench.declared.features import CHATS, ROOT, load_roles
from bench.declared.texts import same
from bench.report.claims.results import Results
from bench.report.decision.speed_figures import Figure
from chat_core.database import READERS
from chat_core.protocol_limits import BROKER_REQUESTS
from chat_servers import settings as servers

DJANGO, FASTAPI = CHATS
_ADMIN: Final = "admin.py"


@cache
def shared_lines() -> int:
    """Lines of the code that both chats share."""
    files = (ROOT / "chat_core").rglob("*.py")
    return sum(logical_lines(path.read_text("utf-8")) for path in files)


@cache
def admin_lines() -> int:
    """Lines of the files with the role of the admin, which Django's chat alone has."""
    files = {
        path
        for role in load_roles()
        for path in role.files[DJANGO]
        if any(each.name == _ADMIN for each in role.files[DJANGO]) and not role.files[FASTAPI]
    }
    return sum(logical_lines((ROOT / path).read_text("utf-8")) for path in files)


def less_code(_: Results) -> Choice:
    """The chat with fewer lines."""
    channels, fastapi = (each.lines for each in both(ALL))
    if less(fastapi, channels):
        return "fastapi"
    return "channels" if less(channels, fastapi) else "same"


def has_admin(_: Results) -> Choice:
    """The chat whose framework has an admin."""
    return "channels" if admin_lines() else "same"


def _fixed(value: int) -> Figure:
    return lambda _: same(count(value))


def _lines(place: int, features: tuple[str, ...]) -> Figure:
    return lambda _: same(count(both(features)[place].lines))


CODE_FIGURES: Final[Mapping[str, Figure]] = {
    "channels_lines": _lines(0, ALL),
    "fastapi_lines": _lines(1, ALL),
    "channels_account_lines": _lines(0, ACCOUNTS),
    "fastapi_account_lines": _lines(1, ACCOUNTS),
    "core_lines": lambda _: same(count(shared_lines())),
    "admin_lines": lambda _: same(count(admin_lines())),
    "database_connections": _fixed(READERS + 1),
    "broker_requests": _fixed(BROKER_REQUESTS),
    "redis_py": lambda _: same(redis.__version__),
    "redis_pool": _fixed(redis.asyncio.ConnectionPool().max_connections),
    "ping_interval_s": _fixed(servers.PING_INTERVAL_SECONDS),
    "ping_timeout_s": _fixed(servers.PING_TIMEOUT_SECONDS),
    "stop_s": _fixed(servers.STOP_SECONDS),
}
