"""The suite with a sampler that fails at its second sample."""

from typing import Any

from bench.load.live import LiveRun, Sample
from bench.locustfile import Chatter

__all__ = ["Chatter"]

_sample = LiveRun.sample
_taken: list[Sample] = []


async def _fail_later(run: LiveRun, plane: Any) -> Sample:
    if _taken:
        raise ValueError("operands could not be broadcast")
    _taken.append(await _sample(run, plane))
    return _taken[0]


LiveRun.sample = _fail_later  # type: ignore[assignment, method-assign]
