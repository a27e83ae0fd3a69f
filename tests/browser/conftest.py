"""Fixtures: Chromium, both chats on free ports, and users of the client."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    expect,
)

from bench.declared.arms import find_arm
from bench.experiments.client_page.chromium import chromium
from bench.stack.ports import free_port
from bench.stack.stack import Stack
from tests.browser.faulty_server import FaultyServer
from tests.browser.fonts import wide_fonts
from tests.browser.looks import Look, looks_for_axe
from tests.browser.scripted_server import ScriptedServer
from tests.browser.stage import USUAL, Stage
from tests.companion.stacks_page import Up, up
from tests.conformance.room import Member, Room

ARMS = {"django-channels": "channels-daphne-{fanout}", "fastapi": "fastapi-uvicorn-{fanout}"}
RETURN_MS = 30_000
"""The limit for a client's reconnect: its backoff goes up to 15 s."""


@dataclass
class Person:
    """A user of the client in a separate browser profile."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    """Errors and warnings of the browser's console, without the expected ones."""
    expected: list[str] = field(
        default_factory=lambda: [
            "WebSocket connection",
            "ERR_NETWORK_CHANGED",
            "ERR_CONNECTION_",  # refused, or reset
            "ERR_SOCKET_NOT_CONNECTED",  # reset before the first byte: its server was ended
            "Failed to fetch",
        ]
    )
    """Parts of console messages that are no failures.

    They come from connections that a test ended and from offline mode. A page that outlives its
    servers asks the other backend whether it answers.
    """

    def open(self, origin: str, **address: str) -> None:
        """Follow a link."""
        self.page.goto(f"{origin}/?{urlencode(address)}" if address else origin)

    def is_connected(self) -> None:
        """Wait until the page shows that it is connected."""
        expect(self.page.locator("#link")).to_have_text("Connected", timeout=RETURN_MS)

    def write(self, text: str) -> None:
        """Write a text into the message field without sending it."""
        self.page.get_by_label("Message", exact=True).fill(text)

    def say(self, text: str) -> None:
        """Write and send."""
        self.write(text)
        self.page.get_by_label("Message", exact=True).press("Enter")

    def sees(self, text: str) -> None:
        """Wait until a message from the server is shown exactly once."""
        said = self.page.locator("#timeline .message:not([data-status]) .text")
        expect(said.get_by_text(text, exact=True)).to_have_count(1, timeout=RETURN_MS)

    def switch(self, label: str) -> None:
        """Choose the other backend in the bar."""
        self.page.locator("#switch").get_by_label(label).click()
        expect(self.page.locator("#server-framework")).to_have_text(label)

    def shows(self, text: str) -> None:
        """Wait until one photo with this text in its caption is shown and has loaded."""
        photo = self.page.locator("#timeline .message:not([data-status]) .photo img")
        shown = photo.and_(self.page.locator(f"[alt*='{text}']"))
        expect(shown).to_have_count(1)
        expect(shown).to_have_js_property("complete", True)
        expect(shown).not_to_have_js_property("naturalWidth", 0)

    def has_said(self) -> list[str]:
        """All texts in the timeline that came from the server, in order."""
        said = self.page.locator("#timeline .message:not([data-status]) .text")
        return said.all_inner_texts()

    def listen(self, message: ConsoleMessage) -> None:
        """Keep unexpected errors and warnings of the console."""
        expected = any(each in message.text for each in self.expected)
        if message.type in {"error", "warning"} and not expected:
            self.complaints.append(message.text)

    def hear_error(self, error: Error) -> None:
        """Keep what the page threw and nobody caught."""
        self.complaints.append(str(error))


class Chats:
    """Both chats, or the named chats. Each chat knows the origins of both."""

    def __init__(
        self,
        *backends: str,
        history: str = "sqlite",
        fanout: str = "memory",
        workers: int = 1,
        host: str = "localhost",
        **settings: str,
    ) -> None:
        ports = {framework: free_port() for framework in ARMS}
        self.origins = {key: f"http://{host}:{port}" for key, port in ports.items()}
        environ = {
            "CHAT_BACKENDS": ",".join(f"{key}={url}" for key, url in self.origins.items()),
            "CHAT_ORIGINS": ",".join(self.origins.values()),
        }
        self.stacks = {
            key: Stack(
                find_arm(arm.format(fanout=fanout)),
                port=ports[key],
                workers=workers,
                history=history,
                environ=environ | settings,
            )
            for key, arm in ARMS.items()
            if key in (backends or ARMS)
        }

    def __enter__(self) -> "Chats":
        for stack in self.stacks.values():
            stack.start()
        for stack in self.stacks.values():
            stack.wait_until_healthy()
        return self

    def __exit__(self, *_: object) -> None:
        for stack in self.stacks.values():
            stack.stop()

    def stop(self, backend: str) -> None:
        """End a server's process as an administrator does."""
        self.stacks[backend].children.pop().stop()

    def kill(self, backend: str) -> None:
        """Kill a server's process without a shutdown."""
        self.stacks[backend].children[-1].process.kill()
        self.stop(backend)

    def restart(self, backend: str) -> None:
        """Start a server again on the same port."""
        self.stacks[backend].start_worker()
        self.stacks[backend].wait_until_healthy()


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all tests of this package, with fonts that do not depend on the machine.

    The scope is not the session: Playwright keeps an event loop running, and tests outside this
    package could not run another loop meanwhile.
    """
    with chromium(fonts=wide_fonts(tmp_path_factory.mktemp("fonts"))) as running:
        yield running


@pytest.fixture(scope="package")
def chats() -> Iterator[Chats]:
    """Both chats, running."""
    with Chats() as running:
        yield running


@pytest.fixture(scope="package")
def plain_up() -> Iterator[Up]:
    """`chatbench up` without a history. Another server may run on its left side."""
    with up() as running:
        yield running


@pytest.fixture(scope="module")
def one_faulty() -> Iterator[tuple[str, FaultyServer]]:
    """Django's chat, and a faulty server in FastAPI's place."""
    with Chats("django-channels") as half:
        port = urlsplit(half.origins["fastapi"]).port
        assert port is not None
        with FaultyServer(port) as faulty:
            yield half.origins["django-channels"], faulty


@pytest.fixture
def member() -> Iterator[Callable[[str, str, str], Member]]:
    """Let members without a page into a room: `member(origin, room, "Bob")`, after the welcome.

    A page costs about a hundred times as much. What the other one's page shows is asked where both
    have a page.
    """
    with ExitStack() as rooms:

        def come(origin: str, room: str, name: str) -> Member:
            return rooms.enter_context(Room(origin, room)).enter(name)

        yield come


@pytest.fixture(scope="package")
def usual_stage(browser: Browser, chats: Chats) -> Iterator[Stage]:
    """The page that `on_stage` shares among tests."""
    stage = Stage(browser, chats.origins["fastapi"])
    yield stage
    stage.leave()


@pytest.fixture
def on_stage(
    usual_stage: Stage, request: pytest.FixtureRequest
) -> Iterator[Callable[..., tuple[Person, ScriptedServer]]]:
    """Let Ann into an empty room of a scripted server: `on_stage(viewport, seq=0, …)`.

    The test leaves the page as it was, but for the room. Like `person`, it fails if the console has
    an unexpected error.
    """
    with performance(usual_stage, request) as come:
        yield come


@contextmanager
def performance(
    stage: Stage, request: pytest.FixtureRequest
) -> Iterator[Callable[..., tuple[Person, ScriptedServer]]]:
    """One test's use of a stage; after a failure, the next test gets a new page."""
    failed_before = request.session.testsfailed
    page = stage.page()
    ann = Person(page)
    page.on("console", ann.listen)
    page.on("pageerror", ann.hear_error)

    def come(viewport: ViewportSize = USUAL, **welcome: object) -> tuple[Person, ScriptedServer]:
        server = ScriptedServer(page, **welcome)
        stage.enter(server, viewport)
        return ann, server

    yield come
    page.remove_listener("console", ann.listen)
    page.remove_listener("pageerror", ann.hear_error)
    if not page.is_closed():
        page.unroute_all()
    if request.session.testsfailed > failed_before or ann.complaints:
        stage.leave()
    assert ann.complaints == []


@pytest.fixture
def looks(request: pytest.FixtureRequest) -> list[Look]:
    """The widths and themes for axe, which differ with --all-arms and by the test's `locale`."""
    params = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    every = request.config.getoption("--all-arms")
    return looks_for_axe(params.get("locale", "en"), every=every)


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Person]]:
    """Make users of the client: `person("Ann", color_scheme="dark", …)`.

    The test fails if a console has an unexpected error or warning, also of the security policy.
    """
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def come(name: str | None = None, **options: object) -> Person:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        if name is not None:
            context.add_init_script(f"localStorage['chat.name'] ??= {json.dumps(name)}")
        somebody = Person(context.new_page())
        somebody.page.on("console", somebody.listen)
        somebody.page.on("pageerror", somebody.hear_error)
        people.append(somebody)
        return somebody

    yield come
    for context in contexts:
        context.close()
    assert [somebody.complaints for somebody in people] == [[] for _ in people]
