"""`python -m bench.load`: Locust as a library, cells on stdin, results on stdout.

Each line of input is a cell (`bench.load.cell.Cell`) as JSON. The answer is a few events, one
JSON object a line: "connected", "window_start" and "window_end" for each step, then "result" or
"failed". The process ends when the input ends.
"""

# gevent patches the standard library, so this import must be the first.
import locust  # noqa: F401  # isort: skip
import gc
import time
from typing import Any

import gevent
import msgspec
from locust.env import Environment

from bench import locustfile
from bench.load.bridge import Bridge
from bench.load.cell import Cell, Step
from bench.load.chat_load import ChatLoad
from bench.load.options import Options
from bench.load.pipes import emit
from bench.load.plane import JoinError
from bench.load.serving import SETTLE_S, all_gone, serve, wait_for_joins


def run_cell(bridge: Bridge, cell: Cell) -> dict[str, Any]:
    """Connect the users of the cell, measure its steps, and disconnect the users.

    Raises JoinError.
    """
    load = _load_of(bridge, cell)
    user = getattr(locustfile, cell.load.user)
    environment: Any = Environment(user_classes=[user], host=cell.url)
    environment.chat_load = load
    runner = environment.create_local_runner()
    # Collect garbage only between cells: a collection inside a window would add to its latencies.
    gc.collect()
    try:
        _connect(environment, load, cell)
        return _measure(bridge, cell)
    finally:
        runner.quit()
        bridge.call(all_gone)


def _load_of(bridge: Bridge, cell: Cell) -> ChatLoad:
    asked = cell.load
    options = Options(cell.url, room_size=asked.room_size, rate=asked.rate, payload=asked.payload)
    load = ChatLoad(bridge, options, rejoins=False)
    load.start(cell.seed)
    return load


def _connect(environment: Any, load: ChatLoad, cell: Cell) -> None:
    users = cell.load.users
    start = time.perf_counter()
    environment.runner.start(users, spawn_rate=users)
    wait_for_joins(load, users)
    emit({"event": "connected", "seconds": time.perf_counter() - start})


def _measure(bridge: Bridge, cell: Cell) -> dict[str, Any]:
    """Measure the steps in order, until the last step or the stop rule."""
    steps: list[dict[str, Any]] = []
    bridge.call(lambda plane: plane.settle(SETTLE_S))
    bridge.post(lambda plane: plane.talk(cell.load.rate))
    gevent.sleep(cell.warmup_s)
    for number, step in enumerate(cell.steps):
        result = _measure_step(bridge, cell, number, step)
        steps.append(result)
        if cell.stop is not None and cell.stop.reached(steps):
            break
    cpu_s = sum(step["generator"]["cpu_s"] for step in steps)
    wall_s = sum(step["seconds"] for step in steps)
    return {
        "event": "result",
        "steps": steps,
        "disconnects": [msgspec.to_builtins(ended) for ended in bridge.plane.disconnects],
        "generator": {"cpu_s": cpu_s, "busy": cpu_s / wall_s if wall_s else 0.0},
    }


def _measure_step(bridge: Bridge, cell: Cell, number: int, step: Step) -> dict[str, Any]:
    def announce(event: str, at_ns: int) -> None:
        emit({"event": event, "step": number, "ns": at_ns})

    return bridge.call(lambda plane: plane.measure(step, cell.drain_s, announce))


def _answer(bridge: Bridge, line: bytes) -> dict[str, Any]:
    try:
        return run_cell(bridge, msgspec.json.decode(line, type=Cell))
    except msgspec.DecodeError as error:
        return {"event": "failed", "reason": f"the cell cannot be read: {error}"}
    except JoinError as error:
        return {"event": "failed", "reason": str(error)}


def main() -> None:
    """Answer cells until the input ends."""
    serve(lambda bridge: lambda line: _answer(bridge, line))


if __name__ == "__main__":
    main()
