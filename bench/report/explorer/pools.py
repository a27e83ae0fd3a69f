"""What a run of `pools` says: the connections of a process to Redis and to PostgreSQL."""

from collections.abc import Iterator
from typing import Final, get_args

from bench.analysis.pools import Engine, of_engine
from bench.envelope.pools import Phase, Pool, PoolsEntry
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Row, Table, plain

_PAGE: Final = "reliability.md#how-many-connections-to-redis-and-postgresql-does-a-process-open"
_WORDS: Final[dict[Phase, str]] = {
    "idle": "No member",
    "coming": "All members come at once",
    "speaking": "They speak",
    "leaving": "All leave at once",
    "gone": "They have left",
}


def _metric(engine: Engine, name: str) -> Metric:
    return Metric(
        id=f"pools-{engine}",
        group="Connections",
        title=f"Connections of a process to {name}, the most",
        unit="connections",
        better="less",
        by="Members",
        counts="samples",
        page=_PAGE,
    )


_OF: Final[dict[Engine, Metric]] = {
    "redis": _metric("redis", "Redis"),
    "postgresql": _metric("postgresql", "PostgreSQL"),
}
METRICS: Final = tuple(_OF.values())


def tables(run: Run) -> Iterator[Table]:
    """A table for each engine and phase; none without entries."""
    entries = [each for each in run.observations if isinstance(each, PoolsEntry)]
    for engine, metric in _OF.items():
        for phase in get_args(Phase):
            rows = [
                _row(each, pool, engine)
                for each in entries
                for pool in each.pools
                if pool.phase == phase
            ]
            if rows:
                yield Table(metric=metric.id, at=phase, label=_WORDS[phase], rows=rows)


def _row(entry: PoolsEntry, pool: Pool, engine: Engine) -> Row:
    refused = sum(entry.refused.values())
    note = f"{refused} of {entry.members} members were not let in" if refused else ""
    return plain(entry.arm, of_engine(pool, engine), pool.samples, note)
