"""How many deliveries the load generator can receive: `chatbench ceiling`.

A hundred members sit in one room of the C relay, at rising rates. Measured are the generator, with
the ledger and every latency, and the usual recipe (`bench.experiments.ceiling_recipe`), interleaved
in one run.
The relay sends every message in a separate write, which costs a reader the most. A third
measurement has the relay join waiting messages into one write.
"""

import json
import socket
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table

from bench.declared.arms import Arm
from bench.envelope.ceiling import CeilingFound, CeilingRate
from bench.errors import BenchError
from bench.experiments.experiment import Context
from bench.load.cell import generator_is_limit
from bench.stack.child import Child
from bench.stack.dialogue import Dialogue
from bench.stack.machine import Pinning, pinning

__all__ = ["CeilingError", "generator_is_limit", "measure_ceiling", "print_ceiling"]

MEMBERS = 100
PAYLOAD = 120
P99_LIMIT_US = 100_000
NAME: Final = "ceiling"
_SIZES: Final = {"quick": (0.6, 1), "full": (2.0, 5)}
"""Seconds of each rate, and repeats, by profile."""

Command = tuple[str, ...]
GENERATOR: Command = ("bench.load",)
RECIPE: Command = ("bench.experiments.ceiling_recipe",)

_SUBJECTS: dict[str, tuple[Command, bool, tuple[float, ...]]] = {
    # name: module, relay one by one, messages a second of each member
    "relay": (GENERATOR, True, (10, 20, 25, 30, 35)),
    "relay_joined": (GENERATOR, False, (20, 30, 40, 50)),
    "recipe": (RECIPE, True, (2, 3, 4, 5, 6)),
}


class CeilingError(BenchError):
    """The ceiling could not be measured; the text is one sentence."""


def measure_ceiling(
    seconds: float = 1.0,
    repeats: int = 3,
    progress: Callable[[str], None] = lambda line: None,
    pinned: Pinning | None = None,
) -> dict[str, Any]:
    """Measure all three, interleaved, `repeats` times, each rate for `seconds`.

    Returns, for each of "relay", "relay_joined" and "recipe", the raw `repeats` and two medians:
    `deliveries_per_core_s` (deliveries per second of the generator's CPU time) and `deliveries_s`.
    Both are taken at the highest rate with p99 ≤ 100 ms and nothing lost. If no rate was
    `sustained` in this sense, they are taken at the lowest rate. "ratio" is the median of the
    repeats' ratios of "relay" to "recipe". Raises CeilingError.
    """
    pinned = pinning() if pinned is None else pinned
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in _SUBJECTS}
    for repeat in range(repeats):
        for name in _SUBJECTS:
            progress(f"ceiling {repeat + 1}/{repeats}: {name.replace('_', ', ')}")
            found[name].append(_measure(name, seconds, pinned))
    result: dict[str, Any] = {name: _summary(runs) for name, runs in found.items()}
    ratios = [
        ours["deliveries_per_core_s"] / usual["deliveries_per_core_s"]
        for ours, usual in zip(found["relay"], found["recipe"], strict=True)
    ]
    return {
        **result,
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "members": MEMBERS,
        "payload": PAYLOAD,
        "pinning": pinned.as_dict(),
    }


def print_ceiling(result: dict[str, Any], console: Console | None = None) -> None:
    """The result as a table and one sentence."""
    table = Table(title="What the load generator receives from a C relay, 100 members in a room")
    table.add_column("generator")
    table.add_column("deliveries/s per core", justify="right")
    table.add_column("deliveries/s sustained", justify="right")
    table.add_column("of one core", justify="right")
    rows = {
        "this one": "relay",
        "this one, frames joined": "relay_joined",
        "usual recipe": "recipe",
    }
    for label, name in rows.items():
        row = result[name]
        table.add_row(
            label,
            f"{row['deliveries_per_core_s']:,.0f}",
            f"{row['deliveries_s']:,.0f}",
            f"{row['busy']:.0%}",
        )
    shown = console or Console()
    shown.print(table)
    shown.print(
        f"With the ledger and every latency on, the generator takes {result['ratio']:.1f} × "
        f"the usual recipe's deliveries per core."
    )
    runs = [run for name in _SUBJECTS for run in result[name]["repeats"]]
    if busy := sum(not run["sustained"] for run in runs):
        shown.print(
            f"In {busy} of {len(runs)} measurements not even the lowest rate was sustained: "
            f"this machine is busy with other work. Do not publish these figures."
        )


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("deliveries_per_core_s", "deliveries_s", "busy")
    medians = {name: statistics.median(run[name] for run in runs) for name in names}
    return {**medians, "repeats": runs}


def _measure(name: str, seconds: float, pinned: Pinning) -> dict[str, Any]:
    command, one_by_one, rates = _SUBJECTS[name]
    with relay_process(pinned.servers, one_by_one=one_by_one) as url:
        cell = {
            "url": url,
            "load": {
                "user": "Chatter",
                "users": MEMBERS,
                "room_size": MEMBERS,
                "rate": rates[0],
                "payload": PAYLOAD,
            },
            "warmup_s": 0.3,
            "steps": [{"rate": rate, "seconds": seconds} for rate in rates],
            "stop": {"p99_ms": P99_LIMIT_US / 1000, "loss": True},
        }
        steps = _answer(command, cell, pinned.generator)["steps"]
    sustained = highest_sustained(steps)
    best = sustained or steps[0]
    return {
        "sustained": sustained is not None,
        "deliveries_per_core_s": best["delivered_in_window"] / best["generator"]["cpu_s"],
        "deliveries_s": best["delivered_in_window"] / best["seconds"],
        "busy": best["generator"]["busy"],
        "steps": [_brief(step) for step in steps],
    }


def highest_sustained(steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The step with most deliveries a second among the steps within the limits, or None."""
    good = [
        step
        for step in steps
        if step["latency_us"]["p99"] <= P99_LIMIT_US
        and not step.get("ledger", {}).get("lost")
        and step["delivered_in_window"]
    ]
    return max(good, key=lambda step: step["delivered_in_window"] / step["seconds"], default=None)


def _brief(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "rate": step["rate"],
        "deliveries_s": step["delivered_in_window"] / step["seconds"],
        "busy": step["generator"]["busy"],
        "p99_us": step["latency_us"]["p99"],
    }


@contextmanager
def relay_process(cores: frozenset[int], *, one_by_one: bool) -> Iterator[str]:
    """Run a C relay in a separate process; yields its URL."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as sock:
        descriptor = sock.fileno()
        way = ["one-by-one"] if one_by_one else []
        command = [sys.executable, "-m", "bench.baselines.c_relay", str(descriptor), *way]
        relay = Child(command, pass_fds=[descriptor], cpus=cores)
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    try:
        yield url
    finally:
        relay.stop()


def _answer(command: Command, cell: dict[str, Any], cores: frozenset[int]) -> dict[str, Any]:
    """Give one cell to a generator process, and return the result event."""
    with Dialogue("The generator", command, cores) as generator:
        generator.tell(json.dumps(cell).encode())
        for line in generator.answers():
            event: dict[str, Any] = json.loads(line)
            if event["event"] == "failed":
                raise CeilingError(event["reason"])
            if event["event"] == "result":
                return event
    raise AssertionError  # the answers end with an error


def measure(context: Context) -> Iterator[CeilingFound]:
    """The ceilings of this machine, unless the run has them. Raises BenchError."""
    if any(isinstance(each, CeilingFound) for each in context.done):
        return
    seconds, repeats = _SIZES[context.profile]
    result = measure_ceiling(seconds, repeats, context.say, context.pinning)
    rates = {name: msgspec.convert(result[name], CeilingRate) for name in _SUBJECTS}
    yield CeilingFound(experiment=NAME, arm="", at_s=context.at_s(), ratio=result["ratio"], **rates)


def can(_: Arm) -> str | None:
    """Nothing depends on the arm: the relay is always the same."""
    return None


def takes_part(_: Arm, __: str) -> bool:
    """No arm is needed."""
    return False
