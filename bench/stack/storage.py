"""The database of an arm's history and the engine of its fan-out: given, or started here."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.stack.child import Child
from bench.stack.engines import NO_REDIS, RedisEngine, find_redis_server
from bench.stack.postgres import NO_POSTGRES, PostgresEngine, find_postgres
from bench.stack.temporary import TemporaryFolder

_MIGRATE_SECONDS = 60


class EngineCpu(NamedTuple):
    """CPU seconds until now of the engines that a stack started."""

    redis: float
    postgresql: float


class Storage:
    """The addresses for a chat. Engines and files that are made here exist until `stop`.

    `history` is off, sqlite, postgresql, or a URL in the format of CHAT_HISTORY. `redis` and
    `postgres` are the fan-out's addresses (HOST:PORT/DB), or None.
    """

    def __init__(
        self,
        arm: Arm,
        history: str | None,
        redis: str | None,
        postgres: str | None,
        cpus: frozenset[int] | None,
    ) -> None:
        self.redis: RedisEngine | None = None
        self.postgres: PostgresEngine | None = None
        self.history = "off"
        """The value of CHAT_HISTORY, after `start`."""
        self.fanout = ""
        """The value of CHAT_FANOUT, after `start`."""
        self._folder: TemporaryFolder | None = None
        self._arm = arm
        self._wanted = arm.history if history is None else history
        self._redis_address = redis
        self._postgres_address = postgres
        self._cpus = cpus

    def start(self) -> None:
        """Start the engines that the arm needs. Raises BenchError."""
        self.fanout = f"{self._arm.scheme}://{self._fanout_address()}"
        self.history = self._history()

    def migrate(self, environ: Mapping[str, str]) -> None:
        """Bring the database up to date. Raises BenchError."""
        if self.history != "off" and self._arm.migrate:
            migrate(self._arm, environ)

    @property
    def children(self) -> dict[str, Child]:
        """The engines that were started here, by their names."""
        engines = {"Redis": self.redis, "PostgreSQL": self.postgres}
        return {name: engine.child for name, engine in engines.items() if engine is not None}

    def cpu_seconds(self) -> EngineCpu:
        """CPU seconds until now of the engines that were started here."""
        return EngineCpu(
            self.redis.child.cpu_seconds() if self.redis else 0.0,
            self.postgres.cpu_seconds() if self.postgres else 0.0,
        )

    def stop(self) -> None:
        """Stop these engines, and remove the written files."""
        if self.redis is not None:
            self.redis.stop()
        if self.postgres is not None:
            self.postgres.stop()
        if self._folder is not None:
            self._folder.remove()
        self.redis = self.postgres = self._folder = None

    def _fanout_address(self) -> str:
        if self._arm.needs_redis:
            if self._redis_address is not None:
                return self._redis_address
            self.redis = RedisEngine(self._cpus)
            return self.redis.address
        if self._arm.fanout_needs_postgres:
            return self._postgres_address or self._own_postgres().address
        return ""

    def _history(self) -> str:
        if self._wanted == "postgresql":
            return self._own_postgres().url
        if self._wanted == "sqlite":
            self._folder = TemporaryFolder()
            return sqlite_url(self._folder.path / "chat.sqlite3")
        return self._wanted

    def _own_postgres(self) -> PostgresEngine:
        if self.postgres is None:
            self.postgres = PostgresEngine(self._cpus)
        return self.postgres


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file in the format of CHAT_HISTORY."""
    return f"sqlite:///{path}"


def migrate(arm: Arm, environ: Mapping[str, str]) -> None:
    """Bring a chat's database up to date by its framework's command. Raises BenchError."""
    child = Child([sys.executable, *arm.migrate], environ=environ)
    try:
        code = child.process.wait(_MIGRATE_SECONDS)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        said = [line for line in child.output().splitlines() if _tells(line)]
        child.stop()
    if code != 0:
        why = said[-1].strip() if said else "its migration printed nothing"
        raise BenchError(f"The database of {arm.id} could not be brought up to date: {why}")


def _tells(line: str) -> bool:
    """Whether a line explains the error; SQLAlchemy's links at the end do not."""
    return bool(line.strip()) and not line.startswith("(Background on this error")


def missing_engine(arm: Arm) -> str | None:
    """The reason why an arm cannot run here, if an engine is missing; None otherwise."""
    if arm.needs_redis and find_redis_server() is None:
        return NO_REDIS
    if arm.needs_postgres and find_postgres() is None:
        return NO_POSTGRES
    return None
