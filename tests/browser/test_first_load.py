"""Downloads before the user can chat: small, at once, and nearly nothing the next time."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import ARMS, RETURN_MS, Chats, Person

BringPerson = Callable[..., Person]

FIRST_LOAD_BYTES = 80_000
"""The limit for all bodies together, compressed: browsers accept brotli from localhost."""
UNCHANGED_BYTES = 300
"""The size that Chromium reports for an answer without a body."""
TABLES = {"en": "/client/words/english.js", "ja": "/client/words/japanese.js"}
CONNECTED = {"en": "Connected", "ja": "接続済み"}
LATER = re.compile(r"/client/(race|split|inspector|stacks|breaks|code|company)/")
SEEN = """() => ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
    .map(({ name, encodedBodySize, transferSize }) => [name, encodedBodySize, transferSize])"""
PRELOADED = """() => [...document.querySelectorAll('link[rel=modulepreload]')]
    .map(({ href }) => href)"""


class Load(NamedTuple):
    """Sizes of the client's files that a page got, by path: bytes of bodies, and of answers."""

    bodies: dict[str, int]
    answers: dict[str, int]


@pytest.mark.parametrize("backend", ARMS)
@pytest.mark.parametrize("language", TABLES)
def test_the_first_load_is_small_and_the_next_is_next_to_nothing(
    chats: Chats, person: BringPerson, backend: str, language: str
) -> None:
    """All that runs is asked for at once, and nothing else is."""
    ann = person("Ann", locale=language)
    profiler = ann.page.context.new_cdp_session(ann.page)
    profiler.send("Profiler.enable")
    profiler.send("Profiler.startPreciseCoverage", {"callCount": True})
    first = _enter(ann, chats.origins[backend], language)
    ran = _run_in(profiler)
    profiler.send("Profiler.disable")
    preloaded = [urlsplit(address).path for address in ann.page.evaluate(PRELOADED)]
    assert len(set(preloaded)) == len(preloaded)
    # boot.js starts the page; the page requests the table when it knows the language.
    assert set(preloaded) == ran - {"/client/boot.js", TABLES[language]}
    again = _enter(ann, chats.origins[backend], language)
    assert sum(first.bodies.values()) <= FIRST_LOAD_BYTES, _by_size(first.bodies)
    assert not [path for path in first.bodies if LATER.match(path)]
    assert again.bodies.keys() == first.bodies.keys()
    fetched = {path for path, size in again.answers.items() if size > UNCHANGED_BYTES}
    assert fetched <= {"/client/backends.json"}, "the only one that is no file"


def _enter(somebody: Person, origin: str, language: str) -> Load:
    """Follow a link to a room, and wait until the user can chat."""
    somebody.open(origin, room="lobby")
    link = somebody.page.locator("#link")
    expect(link).to_have_text(CONNECTED[language], timeout=RETURN_MS)
    return _load(somebody.page)


def _load(page: Page) -> Load:
    """The files until now. The icon counts, too; the browser asked for it more than once."""
    seen: list[Any] = page.evaluate(SEEN)
    files = [(urlsplit(name).path, *sizes) for name, *sizes in seen]
    ours = [each for each in files if each[0] == "/" or each[0].startswith("/client/")]
    return Load({path: body for path, body, _ in ours}, {path: answer for path, _, answer in ours})


def _run_in(profiler: CDPSession) -> set[str]:
    """Paths of the modules in which code ran."""
    scripts = profiler.send("Profiler.takePreciseCoverage")["result"]
    return {
        path
        for script in scripts
        if (path := urlsplit(script["url"]).path).startswith("/client/")
        and any(part["count"] for function in script["functions"] for part in function["ranges"])
    }


def _by_size(bodies: dict[str, int]) -> str:
    largest = sorted(bodies.items(), key=lambda each: -each[1])
    return f"{sum(bodies.values())} bytes: {largest}"
