"""`python -m bench.experiments.generators.independent`: cells on stdin, results on stdout.

A line of input is a cell, as `python -m bench.load` takes it, or a case of `drops`. The process
ends when the input ends.
"""

import asyncio
import json
import resource
import selectors
import sys
from typing import Any

from bench.experiments.generators.independent.connection import NotJoinedError
from bench.experiments.generators.independent.crowd import Crowd
from bench.experiments.generators.independent.drops import drops


async def answer(cell: dict[str, Any]) -> dict[str, Any]:
    """The event "result" or "failed"."""
    try:
        return await (drops(cell) if "drops" in cell else _steps(cell))
    except TimeoutError:
        return {"event": "failed", "reason": "not all members had a welcome in time"}
    except (OSError, NotJoinedError) as error:
        return {"event": "failed", "reason": str(error)}


async def _steps(cell: dict[str, Any]) -> dict[str, Any]:
    crowd = Crowd(cell)
    try:
        await crowd.join()
        return {"event": "result", "steps": await crowd.steps()}
    finally:
        crowd.leave()


def _loop() -> asyncio.AbstractEventLoop:
    # select(2) waits for µs. asyncio's usual epoll rounds each wait up to a whole ms, which would
    # be part of every latency.
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


def main() -> None:
    """Answer cells until the input ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with asyncio.Runner(loop_factory=_loop) as runner:
        for line in sys.stdin:
            print(json.dumps(runner.run(answer(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
