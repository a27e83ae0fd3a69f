"""What a page costs the browser: memory, and the tasks of the main thread by Chromium's tracing.

Tasks are measured in CPU time of the thread and not by the clock: on a busy machine, a task takes
longer without more work.
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
"""The trace events of a main-thread task; the name differs between versions of Chromium."""


@dataclass
class Tasks:
    """What the page's main thread did while it was recorded."""

    cpu_ms: list[float] = field(default_factory=list)
    """CPU time of each task in ms, in the order of the tasks."""
    clock_ms: list[float] = field(default_factory=list)
    """Duration of each task by the clock in ms; includes waiting for the processor."""
    frames_at_ms: list[float] = field(default_factory=list)
    """The times at which the page was drawn, by the clock of the trace."""
    recorded_ms: float = 0.0

    @property
    def longest_ms(self) -> float:
        """CPU time of the longest task in ms."""
        return max(self.cpu_ms, default=0.0)

    @property
    def busy(self) -> float:
        """The share of one core that the main thread took."""
        return sum(self.cpu_ms) / self.recorded_ms if self.recorded_ms else 0.0

    @property
    def frame_gaps_ms(self) -> list[float]:
        """The time from each drawn frame to the next in ms."""
        return [after - before for before, after in pairwise(self.frames_at_ms)]


@dataclass(frozen=True)
class Memory:
    """What a page holds after a garbage collection."""

    heap_bytes: int
    nodes: int
    """Nodes of all documents of the page's process, also nodes outside a document."""
    listeners: int


@contextmanager
def recorded(page: Page) -> Iterator[Tasks]:
    """Record the page's main thread while the block runs; the figures are filled in at its end.

    Raises BenchError if the browser's trace has no CPU times.
    """
    browser = page.context.browser
    if browser is None:
        raise BenchError("A page of a browser with a persistent profile cannot be traced.")
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
    """Collect the page's garbage, and count the rest."""
    session = page.context.new_cdp_session(page)
    try:
        session.send("Performance.enable")
        for _ in range(2):  # the first one finalises objects, the second one frees them
            session.send("HeapProfiler.collectGarbage")
        told = session.send("Performance.getMetrics")["metrics"]
    finally:
        session.detach()
    metrics = {each["name"]: int(each["value"]) for each in told}
    return Memory(metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"])


def _read(events: list[dict[str, Any]], mark: str, tasks: Tasks) -> None:
    """Fill `tasks` with the events between our marks, of the thread that set these marks."""
    marks = {each["name"]: each for each in events if str(each.get("name")).startswith(mark)}
    begin, end = marks.get(f"{mark} begins"), marks.get(f"{mark} ends")
    if begin is None or end is None:
        raise BenchError("The browser's trace lacks the marks that the page set.")
    thread = (begin["pid"], begin["tid"])
    own = [
        each
        for each in events
        if (each.get("pid"), each.get("tid")) == thread and begin["ts"] <= each["ts"] < end["ts"]
    ]
    done = [each for each in own if each["name"] in TASK and each.get("ph") == "X"]
    if not any("tdur" in each for each in done):
        raise BenchError("The browser's trace has no CPU time of tasks.")
    for each in sorted(done, key=lambda each: float(each["ts"])):
        tasks.cpu_ms.append(each.get("tdur", 0) / 1000)
        tasks.clock_ms.append(each["dur"] / 1000)
    tasks.frames_at_ms = sorted(
        {each["ts"] / 1000 for each in own if each["name"] == "FireAnimationFrame"}
    )
    tasks.recorded_ms = (end["ts"] - begin["ts"]) / 1000
