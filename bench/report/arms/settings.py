"""What an arm is made of: its settings, and the commands that start and measure it."""

from typing import Final

from bench.analysis.arms import FANOUTS, SERVERS
from bench.declared.arms import Arm
from bench.report.markdown import code

_HISTORIES: Final = {
    "off": "off",
    "sqlite": "sqlite:///chat.sqlite3",
    "postgresql": "postgresql://USER:PASSWORD@127.0.0.1:5432/DATABASE",
}
_PORT: Final = 8002
_WORDS: Final = {"off": "none", "sqlite": "SQLite", "postgresql": "PostgreSQL"}
_VARIANTS: Final = {
    "standard": "the chat of this project",
    "tuned": "with fewer task switches and, in Channels, one event per process",
    "tutorial": "the code of the tutorials",
    "stock": "with Django's default thread and connections",
}


def what(arm: Arm) -> str:
    """The arm in one sentence."""
    if arm.kind == "baseline":
        return f"{arm.title}, a floor: it relays frames and is no chat."
    fanout = FANOUTS.get(arm.fanout, _fanout(arm))
    over = fanout if fanout.startswith("in ") else f"over {fanout}"
    kept = "no history" if arm.history == "off" else f"a history in {_WORDS[arm.history]}"
    variant = "" if arm.variant == "standard" else f", the variant {arm.variant},"
    return f"{arm.title}{variant} on {SERVERS.get(arm.server, arm.server)}, {over}, with {kept}."


def settings(arm: Arm) -> list[tuple[str, str]]:
    """The rows of the table of settings."""
    rows = [
        ("framework", arm.title),
        ("server", SERVERS.get(arm.server, arm.server)),
        ("application", code(arm.application)),
    ]
    if arm.kind == "chat":
        rows += [
            ("fan-out", code(f"CHAT_FANOUT={_fanout_address(arm)}")),
            ("history", code(f"CHAT_HISTORY={_HISTORIES[arm.history]}")),
            ("variant", f"{code(f'CHAT_VARIANT={arm.variant}')}, {_VARIANTS[arm.variant]}"),
        ]
    return [*rows, ("server processes", str(arm.workers))]


def start(arm: Arm) -> list[str]:
    """The commands that start it; empty for a relay that only the bench starts."""
    if arm.server == arm.framework:
        return []
    environment = []
    if arm.kind == "chat":
        environment = [
            f"export CHAT_FANOUT={_fanout_address(arm)}",
            f"export CHAT_HISTORY={_HISTORIES[arm.history]}",
            f"export CHAT_VARIANT={arm.variant}",
        ]
    migrate = []
    if arm.history != "off" and arm.migrate:
        migrate = [f"python {' '.join(arm.migrate)}"]
    serve = f"python -m chat_servers {arm.server} {arm.application} 127.0.0.1:{_PORT}"
    return [*environment, *migrate, serve]


def _fanout(arm: Arm) -> str:
    engine = "PostgreSQL" if arm.fanout_needs_postgres else "Redis"
    return f"broadcaster and {engine}"


def _fanout_address(arm: Arm) -> str:
    if arm.needs_redis:
        return f"{arm.scheme}://127.0.0.1:6379/0"
    if arm.fanout_needs_postgres:
        return f"{arm.scheme}://USER:PASSWORD@127.0.0.1:5432/DATABASE"
    return f"{arm.scheme}://"
