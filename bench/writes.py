"""One commit a message against one for all that wait: `python -m bench.writes [--json]`.

The same code, and the same durability, with CHAT_COMMIT_GROUP as the only difference. Windows are
interleaved and compared in pairs.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass

import msgspec
from rich.console import Console
from rich.table import Table

from bench.analysis.statistics import Estimate, estimate_median, estimate_ratio
from bench.appenders import Appended, Window
from bench.arms import Arm, load_arms
from bench.child import Child
from bench.machine import machine
from bench.postgres import PostgresEngine
from bench.storage import migrate, sqlite_url
from bench.temporary import TemporaryFolder

GROUPS = (1, 100)
APPENDERS = (1, 10, 100)
HISTORIES = ("sqlite", "postgresql")
MEASURED = {"messages_per_second": "messages/s", "cpu_us": "CPU µs/message"}
CHATS = {
    "django-channels": "django_chat.consumers:chat",
    "fastapi": "fastapi_chat.main:app.state.chat",
}
"""Where a framework's process has its history."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a window is of."""

    framework: str
    history: str
    appenders: int


@dataclass(frozen=True, slots=True)
class Writes:
    """What a window took: a second, and CPU a message in µs, PostgreSQL's included."""

    case: Case
    group: int
    repeat: int
    messages_per_second: float
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians of both, and their ratio, together to alone, with 95 % intervals."""

    case: Case
    measured: str
    alone: Estimate
    together: Estimate
    ratio: Estimate | None


class Appender:
    """A process that appends, and the database that it appends to."""

    def __init__(self, framework: str, history: str, group: int, postgres: PostgresEngine | None):
        self._arm = _arm(framework, history)
        self._postgres = postgres
        self._folder = TemporaryFolder()
        url = sqlite_url(self._folder.path / "chat.sqlite3")
        if postgres is not None:
            url = postgres.create_database(f"writes_{framework.replace('-', '_')}_{group}")
        self._environ = {
            **{key: os.environ[key] for key in os.environ if not key.startswith("CHAT_")},
            "CHAT_HISTORY": url,
            "CHAT_COMMIT_GROUP": str(group),
            "CHAT_SECRET_KEY": "a benchmark's",
        }
        migrate(self._arm, self._environ)
        command = [sys.executable, "-m", "bench.appenders", self._arm.application]
        self._child = Child(
            [*command, CHATS[framework]],
            environ=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def append(self, appenders: int, seconds: float) -> tuple[Appended, float]:
        """Append for that long; also the CPU seconds of the database's processes."""
        began = self._database_cpu()
        process = self._child.process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(msgspec.json.encode(Window(appenders, seconds)) + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
        return msgspec.json.decode(line, type=Appended), self._database_cpu() - began

    def stop(self) -> None:
        """End the process, and remove what it wrote."""
        assert self._child.process.stdin is not None
        assert self._child.process.stdout is not None
        self._child.process.stdin.close()
        self._child.process.wait(30)
        self._child.process.stdout.close()
        self._child.stop()
        self._folder.remove()

    def _database_cpu(self) -> float:
        return 0.0 if self._postgres is None else self._postgres.cpu_seconds()


def measure(repeats: int, seconds: float) -> Iterator[Writes]:
    """Measure every case with every group, one after the other, and all of it again."""
    with ExitStack() as stack:
        postgres = PostgresEngine()
        stack.callback(postgres.stop)
        processes = {}
        for framework, history, group in itertools.product(CHATS, HISTORIES, GROUPS):
            engine = postgres if history == "postgresql" else None
            processes[framework, history, group] = Appender(framework, history, group, engine)
            stack.callback(processes[framework, history, group].stop)
        for process in processes.values():
            process.append(1, 0.2)  # connects, and makes the rooms
        cases = itertools.product(range(repeats), APPENDERS, processes.items())
        for repeat, appenders, ((framework, history, group), process) in cases:
            taken, database_cpu = process.append(appenders, seconds)
            yield Writes(
                Case(framework, history, appenders),
                group,
                repeat,
                taken.messages / taken.seconds,
                (taken.cpu_seconds + database_cpu) / taken.messages * 1e6,
            )


def compare(windows: Sequence[Writes]) -> list[Comparison]:
    """Each case, grouped against alone, in what it carries and in what a message costs."""
    return [
        Comparison(case, measured, *_compare(windows, case, measured))
        for case in dict.fromkeys(window.case for window in windows)
        for measured in MEASURED
    ]


def _compare(
    windows: Sequence[Writes], case: Case, measured: str
) -> tuple[Estimate, Estimate, Estimate | None]:
    alone, together = (
        {
            window.repeat: float(getattr(window, measured))
            for window in windows
            if (window.case, window.group) == (case, group)
        }
        for group in GROUPS
    )
    return (
        estimate_median(alone.values()),
        estimate_median(together.values()),
        estimate_ratio(together, alone),
    )


def _arm(framework: str, history: str) -> Arm:
    """Any arm with both: they differ in what is not measured here."""
    return next(
        arm for arm in load_arms().values() if (arm.framework, arm.history) == (framework, history)
    )


def _print_table(comparisons: Sequence[Comparison]) -> None:
    table = Table("chat", "database", "appenders", "", "alone", "together", "ratio [95 %]")
    for each in comparisons:
        ratio = each.ratio
        interval = f" [{ratio.low:.2f}, {ratio.high:.2f}]" if ratio and ratio.low else ""
        table.add_row(
            each.case.framework,
            each.case.history,
            str(each.case.appenders),
            MEASURED[each.measured],
            f"{each.alone.value:.0f}",
            f"{each.together.value:.0f}",
            f"{ratio.value:.2f}{interval}" if ratio else "",
        )
    Console().print(table)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--json", action="store_true", help="all windows, and the comparison")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one window")
    asked = parser.parse_args()
    windows = list(measure(asked.repeats, asked.seconds))
    comparisons = compare(windows)
    if asked.json:
        print(
            json.dumps(
                {
                    "machine": machine(),
                    "windows": [asdict(window) for window in windows],
                    "comparisons": [asdict(comparison) for comparison in comparisons],
                }
            )
        )
    else:
        _print_table(comparisons)


if __name__ == "__main__":
    main()
