"""`docs/explorer/data.json`: the tables of the newest runs, their runs and their arms.

The explorer itself is `docs/explorer/index.html`, written by hand.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.analysis.arms import fanout, framework, server
from bench.envelope.run import (
    INFO,
    OBSERVATIONS,
    RESULTS,
    ArmInfo,
    Run,
    read_info,
    read_run,
    runs,
)
from bench.report.errors import ReportError
from bench.report.explorer import (
    capacity,
    connections,
    deploys,
    growth,
    history,
    kept,
    locust,
    loss,
    network,
    pools,
    scale,
    speed,
)
from bench.report.explorer.tables import RATIO_OF_PAIRS, Metric, Table
from bench.report.made import failures

DATA: Final = Path("docs") / "explorer" / "data.json"
LIMIT: Final = 800_000
"""The most bytes of the data, and a compressed answer is much smaller: a phone loads it at once."""
_MOST_RUNS: Final = 8
"""Runs with the same metric on the same machine; the newest are kept."""

_MODULES: Final = (
    *(speed, capacity, scale, growth, connections),
    *(pools, loss, network, history, deploys, kept, locust),
)
METRICS: Final[tuple[Metric, ...]] = tuple(chain(*(each.METRICS for each in _MODULES)))
RunTables = tuple[Run, list[Table]]
_SOURCES: Final[tuple[Callable[[Run], Iterable[Table]], ...]] = tuple(
    each.tables for each in _MODULES
)


def render_explorer(root: Path) -> dict[Path, str]:
    """The data by its path, relative to the project's root.

    Where all of it would be more than `LIMIT`, fewer old runs are in it. Raises BenchError.
    """
    tables = _tables_by_path(root)
    for most in range(_MOST_RUNS, 0, -1):
        text = _text([tables[path] for path in _newest(tables, most)])
        if len(text.encode()) <= LIMIT:
            return {DATA: text}
    raise ReportError(f"{DATA} would have more than {LIMIT} bytes with one run of each kind.")


def tables_of_runs(root: Path) -> list[RunTables]:
    """The newest runs with all their tables, the newest first. Raises BenchError."""
    return [each for each in _tables_by_path(root).values() if each[1]]


def _tables_by_path(root: Path) -> dict[Path, RunTables]:
    finished = [path for path in reversed(runs(root)) if read_info(path).finished_at]
    return {
        path: _tables(path, (path / OBSERVATIONS).stat().st_mtime_ns)
        for path in _newest(finished, _MOST_RUNS)
    }


def _newest(paths: Iterable[Path], most: int) -> list[Path]:
    """Those of the runs that are among the newest of one of their experiments on their machine."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for path in paths:
        keys = [(path.parent.name, each) for each in read_info(path).experiments]
        if any(seen[key] < most for key in keys):
            kept.append(path)
        seen.update(keys)
    return kept


@lru_cache(maxsize=2 * 64)
def _tables(path: Path, _mtime_ns: int) -> RunTables:
    """Made once while the file stays the same: the pages of the arms have the same figures."""
    run = read_run(path)
    return run, [table for source in _SOURCES for table in source(run)]


def _text(found: Iterable[RunTables]) -> str:
    """JSON with one line for each table, so that a change is readable."""
    shown = [each for each in found if each[1]]
    used = {table.metric for _, tables in shown for table in tables}
    arms: dict[str, dict[str, str]] = {}
    for run, tables in reversed(shown):
        arms |= _arms(run, tables)
    lines = [f'{{"pairedRatio": {_json(RATIO_OF_PAIRS)},']
    lines += _member("metrics", [_json(each) for each in METRICS if each.id in used])
    lines += _member("arms", [f"{_json(name)}: {_json(arms[name])}" for name in sorted(arms)], "{}")
    every = ["\n".join(_run(*each)) for each in shown]
    return "\n".join([*lines, '"runs": [', ",\n".join(every), "]}", ""])


def _member(name: str, lines: list[str], brackets: str = "[]") -> list[str]:
    return [f"{_json(name)}: {brackets[0]}", ",\n".join(lines), f"{brackets[1]},"]


def _run(run: Run, tables: list[Table]) -> list[str]:
    machine, name = run.path.parent.name, run.path.name
    folder = (RESULTS / machine / name).as_posix()
    about = {
        "id": run.name,
        "machine": machine,
        "machineWords": f"{run.info.machine.cpu}, {run.info.machine.cores} cores",
        "name": name,
        "startedAt": run.info.started_at,
        "command": run.info.command,
        "commit": run.info.commit,
        "dirty": run.info.dirty,
        "info": f"{folder}/{INFO}",
        "raw": f"{folder}/{OBSERVATIONS}",
        "failed": dict(failures(run, run.info.experiments)),
    }
    head = _json(about).removesuffix("}")
    return [f'{head}, "tables": [', ",\n".join(map(_json, tables)), "]}"]


def _arms(run: Run, tables: list[Table]) -> dict[str, dict[str, str]]:
    """The arms of the rows. One arm may stand twice, for the A/A pair or with each history."""
    known = {arm.id: arm for arm in run.info.arms}
    names = {row.arm for table in tables for row in table.rows}
    return {name: _arm(name, known) for name in names}


def _arm(name: str, known: dict[str, ArmInfo]) -> dict[str, str]:
    base, _, way = name.partition(history.SEPARATOR)
    arm = known[base.partition("#")[0]]
    return {
        "framework": framework(arm),
        "server": server(arm),
        "fanout": "none" if arm.kind == "baseline" else fanout(arm),
        "variant": "floor" if arm.kind == "baseline" else arm.variant,
        "history": way or arm.history,
    }


def _json(found: Any) -> str:
    return msgspec.json.encode(found).decode()
