"""What an arm is called where only some of it matters."""

from bench.analysis.arms import framework
from bench.results_format import Arm

_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def chat(arm: Arm) -> str:
    return framework(arm)


def database(arm: Arm) -> str:
    return _DATABASES.get(arm.history, arm.history)


def fault(kind: str) -> str:
    """A fault's kind with its engine's name as one writes it."""
    return kind.replace("redis", "Redis").replace("postgresql", "PostgreSQL")
