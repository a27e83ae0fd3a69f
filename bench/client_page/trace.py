"""What a page costs its browser: its main thread's tasks by Chromium's own tracing, and memory.

Tasks are measured by the thread's CPU time and not by the clock: on a machine that does something
else, too, a task takes longer without having more to do.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from playwright.sync_api import Page

from bench.errors import BenchError

CATEGORIES: Final = ("toplevel", "devtools.timeline", "blink.user_timing", "__metadata")
TASK: Final = {"RunTask", "ThreadControllerImpl::RunTask"}
"""What Chromium's main thread does at one go; the name is not the same in all its versions."""


@dataclass
class Tasks:
    """What the page's main thread did while it was recorded."""

    cpu_ms: list[float] = field(default_factory=list)
    """Of each task, in their order."""
    clock_ms: list[float] = field(default_factory=list)
    """The same by the clock: with what the thread had to wait for the processor."""
    frames_at_ms: list[float] = field(default_factory=list)
    """When the page was drawn, by the clock of the trace."""
    recorded_ms: float = 0.0

    @property
    def longest_ms(self) -> float:
        """Of the longest task, in CPU time."""
        return max(self.cpu_ms, default=0.0)

    @property
    def busy(self) -> float:
        """The share of one core that the main thread took."""
        return sum(self.cpu_ms) / self.recorded_ms if self.recorded_ms else 0.0

    @property
    def frame_gaps_ms(self) -> list[float]:
        """From each frame to the next."""
        return [after - before for before, after in pairwise(self.frames_at_ms)]


@dataclass(frozen=True)
class Memory:
    """What a page holds after the garbage has been collected."""

    heap_bytes: int
    nodes: int
    """Of all documents of its process, those that are in no document, too."""
    listeners: int


@contextmanager
def recorded(page: Page) -> Iterator[Tasks]:
    """Record the page's main thread while the block runs; the figures are there behind it.

    Raises BenchError where the browser tells no CPU times.
    """
    browser = page.context.browser
    if browser is None:
        raise BenchError("A page of a browser that is kept for one profile cannot be traced.")
    tasks = Tasks()
    mark = f"trace {uuid.uuid4()}"
    browser.start_tracing(page=page, categories=list(CATEGORIES))
    try:
        page.evaluate("mark => { performance.mark(mark + ' begins'); }", mark)
        yield tasks
        page.evaluate("mark => { performance.mark(mark + ' ends'); }", mark)
    finally:
        trace = browser.stop_tracing()
    _read(json.loads(trace)["traceEvents"], mark, tasks)


def memory(page: Page) -> Memory:
    """Collect the page's garbage, and count what is left."""
    session = page.context.new_cdp_session(page)
    try:
        session.send("Performance.enable")
        for _ in range(2):  # what the first one finalises only the second one frees
            session.send("HeapProfiler.collectGarbage")
        told = session.send("Performance.getMetrics")["metrics"]
    finally:
        session.detach()
    metrics = {each["name"]: int(each["value"]) for each in told}
    return Memory(metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"])


def _read(events: list[dict[str, Any]], mark: str, tasks: Tasks) -> None:
    """The page's main thread is the one that made our marks; what counts lies between them."""
    marks = {each["name"]: each for each in events if str(each.get("name")).startswith(mark)}
    begin, end = marks.get(f"{mark} begins"), marks.get(f"{mark} ends")
    if begin is None or end is None:
        raise BenchError("The browser's trace lacks the page's own marks.")
    thread = (begin["pid"], begin["tid"])
    own = [
        each
        for each in events
        if (each.get("pid"), each.get("tid")) == thread and begin["ts"] <= each["ts"] < end["ts"]
    ]
    done = [each for each in own if each["name"] in TASK and each.get("ph") == "X"]
    if not any("tdur" in each for each in done):
        raise BenchError("The browser's trace tells no CPU time of its tasks.")
    for each in sorted(done, key=lambda each: float(each["ts"])):
        tasks.cpu_ms.append(each.get("tdur", 0) / 1000)
        tasks.clock_ms.append(each["dur"] / 1000)
    tasks.frames_at_ms = sorted(
        {each["ts"] / 1000 for each in own if each["name"] == "FireAnimationFrame"}
    )
    tasks.recorded_ms = (end["ts"] - begin["ts"]) / 1000
