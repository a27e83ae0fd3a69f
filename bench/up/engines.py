"""The Redis and the PostgreSQL of `chatbench up`: given by address, or started when needed."""

from typing import Final

from bench.declared.arms import Arm
from bench.stack.engines import NO_REDIS, RedisEngine, find_redis_server
from bench.stack.postgres import NO_POSTGRES, PostgresEngine, find_postgres

REDIS_KINDS: Final = ("redis", "redis+pubsub", "broadcaster+redis")
POSTGRES_KIND: Final = "broadcaster+postgres"


class Engines:
    """One engine of each kind for all backends. `kind` and `address` are of `--fanout`."""

    def __init__(self, kind: str = "memory", address: str | None = None) -> None:
        self._given_redis = address if kind in REDIS_KINDS else None
        self._given_postgres = address if kind == POSTGRES_KIND else None
        self.redis: RedisEngine | None = None
        """The local Redis, if one was started."""
        self.postgres: PostgresEngine | None = None
        """The local PostgreSQL, if one was started."""

    def redis_for(self, arm: Arm) -> str | None:
        """The address of the fan-out's Redis; None if the arm has no use for it.

        Raises BenchError.
        """
        if not arm.needs_redis:
            return None
        if self._given_redis is not None:
            return self._given_redis
        if self.redis is None:
            self.redis = RedisEngine()
        return self.redis.address

    def postgres_for(self, arm: Arm) -> str | None:
        """The same for PostgreSQL. Raises BenchError."""
        if not arm.fanout_needs_postgres:
            return None
        if self._given_postgres is not None:
            return self._given_postgres
        return self.local_postgres().address

    def local_postgres(self) -> PostgresEngine:
        """The local PostgreSQL, which is started here if it does not run. Raises BenchError."""
        if self.postgres is None:
            self.postgres = PostgresEngine()
        return self.postgres

    def missing(self, arm: Arm) -> str | None:
        """The reason why the arm's fan-out cannot run here; None if it can."""
        no_redis = self._given_redis is None and self.redis is None
        if arm.needs_redis and no_redis and find_redis_server() is None:
            return NO_REDIS
        no_postgres = self._given_postgres is None and self.postgres is None
        if arm.fanout_needs_postgres and no_postgres and find_postgres() is None:
            return NO_POSTGRES
        return None

    def stop(self) -> None:
        """Stop what was started here."""
        for engine in (self.postgres, self.redis):
            if engine is not None:
                engine.stop()
