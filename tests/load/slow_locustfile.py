"""The suite with samples that reach Locust seconds after they were taken, as on a busy machine."""

import asyncio

from bench.load.live import LiveRun, Sample
from bench.load.plane import Plane
from bench.locustfile import Chatter

__all__ = ["Chatter"]

_SLOW_S = 3.0
_take_sample = LiveRun.sample


async def _slow_sample(run: LiveRun, plane: Plane) -> Sample:
    sample = await _take_sample(run, plane)
    await asyncio.sleep(_SLOW_S)
    return sample


LiveRun.sample = _slow_sample  # type: ignore[assignment, method-assign]
