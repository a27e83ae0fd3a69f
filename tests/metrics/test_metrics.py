"""`/metrics`: the same numbers in both chats, for the same conversation."""

from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.attack.measuring import until
from tests.conformance.room import Room

_KEPT = [pytest.mark.redis, pytest.mark.postgres]
ARMS = [
    "channels-uvicorn-memory",
    "channels-daphne-memory-sqlite",
    "channels-uvicorn-memory-tuned",
    pytest.param("channels-uvicorn-pubsub", marks=pytest.mark.redis),
    pytest.param("channels-daphne-redis-postgresql", marks=_KEPT),
    "fastapi-uvicorn-memory",
    "fastapi-uvicorn-memory-sqlite",
    "fastapi-uvicorn-memory-tuned",
    pytest.param("fastapi-uvicorn-broadcaster-redis", marks=pytest.mark.redis),
    pytest.param("fastapi-uvicorn-redis-postgresql", marks=_KEPT),
]
FIRST_JOINED = 3
"""The second member is announced to one, the third to two."""

Samples = dict[tuple[str, str], float]
"""Each value by the name of its sample and by its close code, which is empty for the others."""


@pytest.fixture(scope="module", params=ARMS)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    environ = {"CHAT_METRICS": "1", "CHAT_REPLICA": "chat-3"}
    with Stack(find_arm(request.param), environ=environ) as started:
        yield started


def _samples(stack: Stack) -> Samples:
    answer = httpx.get(f"{stack.url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, sample.labels.get("code", "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _rise(stack: Stack, before: Samples, name: str, code: str = "") -> float:
    return _samples(stack).get((name, code), 0) - before.get((name, code), 0)


def test_members_messages_and_deliveries_are_counted(stack: Stack) -> None:
    before = _samples(stack)
    with Room(stack.url) as room:
        members = [room.enter(name) for name in ("ann", "bob", "cid")]
        for number in range(5):
            members[0].say(str(number))
        for member in members:
            member.messages(5)
        assert _rise(stack, before, "chat_connections") == 3
        assert _rise(stack, before, "chat_joins_total") == 3
        assert _rise(stack, before, "chat_messages_total") == 5
        assert _rise(stack, before, "chat_deliveries_total") == 3 * 5 + FIRST_JOINED
        members[2].close()
        for member in members[:2]:
            member.until("left")
        assert _rise(stack, before, "chat_connections") == 2
        assert _rise(stack, before, "chat_deliveries_total") == 3 * 5 + FIRST_JOINED + 2


def test_a_close_is_counted_by_its_code(stack: Stack) -> None:
    before = _samples(stack)
    with Room(stack.url) as room:
        assert room.connect("ann", since=-1).closed().code == 4400
    assert _rise(stack, before, "chat_closes_total", "4400") == 1


def test_commits_are_timed_where_there_is_a_history(stack: Stack) -> None:
    before = _samples(stack)
    with Room(stack.url) as room:
        room.enter("ann").heard()
    commits = 0 if stack.arm.history == "off" else 1
    assert _rise(stack, before, "chat_commit_seconds_count") == commits


def test_the_way_through_the_broker_is_timed(stack: Stack) -> None:
    until(
        lambda: _samples(stack)[("chat_fanout_seconds_count", "")] > 0,
        otherwise="nothing is timed",
        meanwhile=lambda: None,
    )


def test_a_process_says_what_it_is_and_what_it_takes(stack: Stack) -> None:
    text = httpx.get(f"{stack.url}/metrics").text
    health = httpx.get(f"{stack.url}/healthz").json()
    assert health["replica"] == "chat-3"
    for name in ("framework", "server", "fanout", "history", "replica"):
        assert f'{name}="{health[name]}"' in text
    for name in ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"):
        assert _samples(stack)[(name, "")] > 0


def test_the_welcome_names_the_replica(stack: Stack) -> None:
    with Room(stack.url) as room:
        assert room.connect("ann").frame()["server"]["replica"] == "chat-3"


def test_prometheus_may_ask_by_an_address_and_a_page_by_no_other_name(stack: Stack) -> None:
    def status(host: str, path: str = "/metrics") -> int:
        return httpx.get(f"{stack.url}{path}", headers={"Host": host}).status_code

    assert status("10.9.8.7:8001") == status("[fd00::7]:8001") == status("localhost") == 200
    assert status("evil.example") == 400
    assert status("10.9.8.7:8001", "/healthz") == 400


def test_only_get_asks(stack: Stack) -> None:
    assert httpx.post(f"{stack.url}/metrics").status_code == 404


@pytest.mark.parametrize("arm", ["channels-daphne-memory", "fastapi-uvicorn-memory"])
def test_there_are_no_metrics_by_default(arm: str) -> None:
    with Stack(find_arm(arm)) as stack:
        assert httpx.get(f"{stack.url}/metrics").status_code == 404
        assert "replica" not in httpx.get(f"{stack.url}/healthz").json()


def test_both_chats_have_the_same_names() -> None:
    names = []
    for arm in ("channels-daphne-memory", "fastapi-uvicorn-memory"):
        with Stack(find_arm(arm), environ={"CHAT_METRICS": "1"}) as stack:
            names.append({name for name, _ in _samples(stack)})
    assert names[0] == names[1]
