"""The experiment `client`: what the browser client costs the browser, over a real chat.

It measures the first load in bytes and requests, the tasks of the main thread at two hundred
messages a second, and the memory with five thousand messages in the room.
"""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Browser, Error, Page, expect
from websockets.sync.client import ClientConnection, connect

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.experiments.client_page.chromium import chromium
from bench.experiments.client_page.pair import named, origin_of, running
from bench.experiments.client_page.trace import Tasks, memory, recorded
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

LANGUAGES: Final = ("en", "ja")
MESSAGES: Final = 5000
RATE: Final = 200
SECONDS: Final = 5.0
ROOM: Final = "large"

_WINDOW: Final = {"width": 1000, "height": 700}
_BATCH: Final = 50
_PATIENCE_MS: Final = 60_000
_TWO_FRAMES: Final = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)
_FILES: Final = """() => ['navigation', 'resource']
    .flatMap((type) => performance.getEntriesByType(type))
    .filter(({ name }) => !new URL(name).pathname.startsWith('/api/'))
    .map(({ encodedBodySize }) => encodedBodySize)"""


def of_arm(arm: Arm, seconds: float | None, _: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's entry of the raw file."""
    with running(named(arm), **BENCHMARK_SETTINGS) as stacks, chromium() as browser:
        (stack,) = stacks.values()
        version = browser.version
        try:
            loads = {language: _first_load(browser, stack, language) for language in LANGUAGES}
            room = _large_room(browser, stack, seconds or SECONDS)
        except (AssertionError, Error) as error:
            raise BenchError(f"{arm.id}: {str(error).splitlines()[0]}") from error
    say(
        f"{arm.id}: {loads['en']['bytes'] / 1000:.1f} KB in {loads['en']['requests']} requests; "
        f"longest task {max(each['longest_cpu_ms'] for each in room['tasks']):.0f} ms; "
        f"{room['full']['heap_bytes'] / 1e6:.1f} MB and {room['full']['nodes']} nodes"
    )
    return {"chromium": version, "loads": loads, "messages": MESSAGES, "rate": RATE} | room


def _first_load(browser: Browser, stack: Stack, language: str) -> dict[str, Any]:
    """The first load until the page can chat: bytes of bodies as sent, and requests."""
    page = browser.new_context(locale=language).new_page()
    _enter(page, stack, "lobby")
    sizes = page.evaluate(_FILES)
    page.context.close()
    return {"bytes": sum(sizes), "requests": len(sizes)}


def _large_room(browser: Browser, stack: Stack, seconds: float) -> dict[str, Any]:
    """Memory with few and many messages; tasks while more arrive, scrolled up and at the end."""
    page = browser.new_context(viewport=_WINDOW).new_page()  # type: ignore[arg-type]
    _enter(page, stack, ROOM)
    with connect(stack.ws_url(ROOM, "Writer"), max_size=None, compression=None) as writer:
        said = _Sender(writer)
        said.say(100, None)
        _sees(page, said.count)
        few = memory(page)
        page.evaluate("document.querySelector('#log').scrollTo(0, 0)")
        page.evaluate(_TWO_FRAMES)
        said.say(MESSAGES - said.count, None)
        unread = page.locator("#unread")
        expect(unread).to_contain_text(f"{MESSAGES - 100} ", timeout=_PATIENCE_MS)
        page.evaluate(_TWO_FRAMES)
        full = memory(page)
        tasks = []
        for where in ("above", "end"):
            if where == "end":
                unread.click()
            page.evaluate(_TWO_FRAMES)
            with recorded(page) as seen:
                said.say(round(RATE * seconds), RATE)
                page.evaluate(_TWO_FRAMES)
            tasks.append({"where": where} | _summary(seen))
        _sees(page, said.count)
    page.context.close()
    memories = {"few": few, "full": full}
    return {"tasks": tasks} | {
        name: {"heap_bytes": each.heap_bytes, "nodes": each.nodes}
        for name, each in memories.items()
    }


class _Sender:
    """Sends numbered messages, at a rate or as fast as they are acknowledged."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.count = 0

    def say(self, count: int, rate: float | None) -> None:
        start = time.monotonic()
        for number in range(1, count + 1):
            if rate is not None:
                time.sleep(max(0.0, start + number / rate - time.monotonic()))
            self.count += 1
            text = f"message {self.count} of those that are said here"
            frame = {"type": "say", "id": str(self.count), "text": text}
            self._socket.send(json.dumps(frame))
            if number % _BATCH == 0 or number == count:
                self._wait()

    def _wait(self) -> None:
        """Wait until the last message is acknowledged."""
        wanted = f'"id":"{self.count}"'
        while wanted not in str(self._socket.recv(timeout=30)).replace(" ", ""):
            pass


def _enter(page: Page, stack: Stack, room: str) -> None:
    page.goto(f"{origin_of(stack)}/?room={room}")
    expect(page.locator("#link-line")).to_have_attribute(
        "data-status", "online", timeout=_PATIENCE_MS
    )


def _sees(page: Page, number: int) -> None:
    last = page.get_by_text(f"message {number} of", exact=False)
    expect(last).to_be_in_viewport(timeout=_PATIENCE_MS)


def _summary(tasks: Tasks) -> dict[str, float]:
    gaps = sorted(tasks.frame_gaps_ms)
    return {
        "longest_cpu_ms": round(tasks.longest_ms, 1),
        "longest_clock_ms": round(max(tasks.clock_ms, default=0.0), 1),
        "busy": round(tasks.busy, 3),
        "frame_gap_p99_ms": round(gaps[int(len(gaps) * 0.99)], 1) if gaps else 0.0,
    }
