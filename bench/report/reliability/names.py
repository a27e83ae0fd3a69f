"""Short names of arms, for tables in which only a part of the arm matters."""

from bench.analysis.arms import framework
from bench.envelope.run import ArmInfo

_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def chat(arm: ArmInfo) -> str:
    """The framework, with the variant where it is not the standard chat."""
    return framework(arm) if arm.variant == "standard" else f"{framework(arm)} {arm.variant}"


def database(arm: ArmInfo) -> str:
    return _DATABASES.get(arm.history, arm.history)


def fault(kind: str) -> str:
    """The kind of a fault, with the usual spelling of the engine's name."""
    return kind.replace("redis", "Redis").replace("postgresql", "PostgreSQL")
