"""The arms of the comparison, as `arms.toml` declares them."""

import itertools
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.errors import BenchError

_DECLARATIONS = Path(__file__).with_name("arms.toml")
FURTHER_ARMS = "CHATBENCH_ARMS"
"""The environment variable that names a file with further arms."""
_SCHEMES = {
    "memory": "memory",
    "redis": "redis",
    "pubsub": "redis+pubsub",
    "broadcaster-redis": "broadcaster+redis",
    "broadcaster-postgres": "broadcaster+postgres",
}


@dataclass(frozen=True, slots=True)
class Arm:
    """One column of the comparison: a chat or a baseline, on a server, over a fan-out."""

    id: str
    framework: str
    title: str
    application: str
    kind: str
    """chat or baseline."""
    server: str
    fanout: str
    """memory, redis, pubsub, broadcaster-redis or broadcaster-postgres."""
    variant: str = "standard"
    workers: int = 1
    history: str = "off"
    """off, sqlite or postgresql."""
    migrate: tuple[str, ...] = ()
    """Arguments for Python that run the framework's command for database migrations."""
    quick: bool = False

    @property
    def scheme(self) -> str:
        """The scheme of CHAT_FANOUT."""
        return _SCHEMES[self.fanout]

    @property
    def needs_redis(self) -> bool:
        """Whether the arm needs a Redis."""
        return self.fanout in ("redis", "pubsub", "broadcaster-redis")

    @property
    def fanout_needs_postgres(self) -> bool:
        """Whether the fan-out runs over PostgreSQL."""
        return self.fanout == "broadcaster-postgres"

    @property
    def needs_postgres(self) -> bool:
        """Whether the arm needs a PostgreSQL, for its fan-out or its history."""
        return self.fanout_needs_postgres or self.history == "postgresql"

    def as_dict(self) -> dict[str, Any]:
        """The arm as the raw results have it."""
        return {key: value for key, value in asdict(self).items() if key not in _UNRECORDED}


_UNRECORDED = {"application", "migrate", "quick", "title"}


@dataclass(frozen=True, slots=True)
class MissingArm:
    """Arms that a reader may look for (a pattern of ids), and why they do not exist."""

    id: str
    reason: str


@cache
def load_arms() -> Mapping[str, Arm]:
    """All declared arms by id, in the order in which they are declared."""
    documents = [tomllib.loads(_DECLARATIONS.read_text("utf-8")), further()]
    arms = [
        arm
        for document in documents
        for entry in document.get("arms", ())
        for arm in _arms_of(entry, document["frameworks"])
    ]
    return {arm.id: arm for arm in arms}


@cache
def further() -> Mapping[str, Any]:
    """The arms and differences of another backend, from the file that CHATBENCH_ARMS names.

    Raises BenchError.
    """
    named = os.environ.get(FURTHER_ARMS)
    if not named:
        return {}
    try:
        return tomllib.loads(Path(named).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BenchError(f"{FURTHER_ARMS} names {named}, which cannot be read: {error}.") from None


@cache
def missing_arms() -> tuple[MissingArm, ...]:
    """The arms that do not exist, with their reasons."""
    document = tomllib.loads(_DECLARATIONS.read_text("utf-8"))
    return tuple(MissingArm(**entry) for entry in document["missing"])


def find_arm(arm_id: str) -> Arm:
    """The arm with this id. Raises BenchError if there is none."""
    arms = load_arms()
    if arm_id not in arms:
        raise BenchError(f"There is no arm {arm_id!r}: choose one of {', '.join(arms)}.")
    return arms[arm_id]


def _arms_of(entry: dict[str, Any], frameworks: dict[str, Any]) -> list[Arm]:
    prefix = entry["framework"]
    framework = frameworks[prefix]
    variant, history = entry.get("variant", "standard"), entry.get("history", "off")
    return [
        Arm(
            id=_id(framework["kind"], prefix, server, fanout, variant, history),
            framework=framework["name"],
            title=framework["title"],
            application=framework["application"],
            kind=framework["kind"],
            server=server,
            fanout=fanout,
            variant=variant,
            history=history,
            migrate=tuple(framework.get("migrate", ())),
            quick=entry.get("quick", False),
        )
        for server, fanout in itertools.product(entry["servers"], entry["fanouts"])
    ]


def _id(kind: str, framework: str, server: str, fanout: str, variant: str, history: str) -> str:
    if kind == "baseline":
        return framework if framework == server else f"{framework}-{server}"
    usual = ("standard", "off")
    words = [framework, server, fanout, *(each for each in (variant, history) if each not in usual)]
    return "-".join(words)
