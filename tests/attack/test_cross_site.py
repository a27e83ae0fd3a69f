"""A page of another site, in the browser of somebody who runs the tools: it is told nothing."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from bench.cli.locust_ui import start_locust
from bench.load.suite.stacks import RunningStack
from bench.stack.ports import free_port
from bench.up.companion_process import CompanionProcess

EVIL = "http://evil.example"
FOREIGN_PAGES = [
    pytest.param({"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}, id="another site"),
    pytest.param({"Origin": EVIL}, id="a browser that says the Origin alone"),
    pytest.param({"Origin": "null"}, id="a page without an origin"),
    pytest.param({"Origin": "http://localhost:8001"}, id="a page of a chat"),
    pytest.param({"Sec-Fetch-Site": "cross-site"}, id="an image"),
    pytest.param({"Sec-Fetch-Site": "same-site"}, id="an image in a page of a chat"),
    pytest.param({"Host": "evil.example"}, id="a name that leads here"),
]
CALLS = [
    ("POST", "/swarm"),
    ("POST", "/stop"),
    ("GET", "/stop"),
    ("POST", "/stats/reset"),
    ("GET", "/stats/requests"),
    ("POST", "/login"),
]
SWARM = {"user_count": "1", "spawn_rate": "1", "host": EVIL}


@pytest.fixture(scope="module")
def locust() -> Iterator[httpx.Client]:
    """Locust's web UI, as `chatbench locust` starts it."""
    port = free_port()
    with ExitStack() as running:
        stacks = {"fastapi-uvicorn-memory": RunningStack(EVIL)}
        child = start_locust(running, stacks, ["--web-port", str(port)])
        client = running.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}"))
        _wait_until_it_answers(client)
        assert child.running
        yield client


@pytest.mark.parametrize("headers", FOREIGN_PAGES)
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_no_page_of_others_commands_locust(
    locust: httpx.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    data = SWARM if path == "/swarm" else None
    assert locust.request(method, path, data=data, headers=headers).status_code == 403
    assert locust.get("/stats/requests").json()["state"] == "ready"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_its_own_page_commands_it(locust: httpx.Client, host: str) -> None:
    own = {"Host": f"{host}:1", "Origin": f"http://{host}:1", "Sec-Fetch-Site": "same-origin"}
    assert locust.get("/stats/requests", headers=own).json()["state"] == "ready"
    assert locust.post("/stats/reset", headers=own).status_code == 200


def test_a_link_may_lead_to_its_page(locust: httpx.Client) -> None:
    assert locust.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.fixture(scope="module")
def companion() -> Iterator[CompanionProcess]:
    """The companion, for a chat where nobody listens."""
    with CompanionProcess() as process:
        process.start({"fastapi": f"http://127.0.0.1:{free_port()}"}, ["http://localhost:8001"])
        process.wait_until_healthy()
        yield process


@pytest.mark.parametrize("path", ["/", "/healthz", "/docs/protocol.md", "/style.css", "/nowhere"])
def test_the_companion_answers_by_its_own_name_alone(
    companion: CompanionProcess, path: str
) -> None:
    answer = httpx.get(f"{companion.url}{path}", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert httpx.get(f"{companion.url}/healthz", headers={"Host": "localhost"}).is_success


def test_the_companions_socket_does_so_too(companion: CompanionProcess) -> None:
    parts = urlsplit(companion.url)
    address = f"ws://evil.example:{parts.port}/members"
    with (
        socket.create_connection((parts.hostname, parts.port)) as sock,
        pytest.raises(InvalidStatus) as refused,
    ):
        connect(address, origin=Origin("http://localhost:8001"), sock=sock)
    assert refused.value.response.status_code in (400, 403)


def _wait_until_it_answers(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            assert client.get("/stats/requests").is_success
            return
        time.sleep(0.05)
    raise AssertionError("Locust does not answer")
