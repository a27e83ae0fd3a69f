"""The C relay: tests beyond the conformance suite."""

import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.baselines.c_relay import text_frame
from bench.experiments.ceiling import relay_process

WAIT_S = 60.0


@pytest.fixture
def relay() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.baselines.c_relay", str(sock.fileno())],
            pass_fds=[sock.fileno()],
        )
    yield process, f"127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    ("size", "header"),
    [
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (1 << 16, b"\x81\x7f" + (1 << 16).to_bytes(8)),
    ],
)
def test_a_frame_has_the_length_of_its_payload(size: int, header: bytes) -> None:
    payload = b"x" * size
    assert text_frame(payload) == header + payload


def test_health_names_the_server(relay_url: str) -> None:
    answer = httpx.get(f"{relay_url}/healthz")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().items() >= {"status": "ok", "framework": "picows"}.items()
    assert httpx.get(f"{relay_url}/nothing").status_code == 404


@pytest.mark.parametrize("one_by_one", [True, False])
def test_every_member_gets_every_message_in_order(one_by_one: bool) -> None:
    with (
        relay_process(frozenset(), one_by_one=one_by_one) as url,
        connect(f"{url.replace('http', 'ws')}/ws/rooms/r?name=ann") as ann,
        connect(f"{url.replace('http', 'ws')}/ws/rooms/r?name=bob") as bob,
    ):
        for member in (ann, bob):
            assert '"type":"welcome"' in str(member.recv(WAIT_S))
        for number in range(50):
            ann.send(f'{{"type":"say","id":"{number}","text":"hello"}}')
        heard = [[member.recv(WAIT_S) for _ in range(50)] for member in (ann, bob)]
    assert heard[0] == heard[1]
    assert all(f'"id":"{number}"' in str(frame) for number, frame in enumerate(heard[0]))


def test_sigterm_closes_every_connection_with_1012(
    relay: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, address = relay
    with connect(f"ws://{address}/ws/rooms/r?name=ann") as member:
        member.recv(WAIT_S)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            member.recv(WAIT_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert process.wait(WAIT_S) == 0


def test_a_member_that_does_not_read_is_evicted_with_1013_and_the_others_do_not_wait(
    relay: tuple[subprocess.Popen[bytes], str],
) -> None:
    _, address = relay
    text = "x" * 4000
    with (
        connect(f"ws://{address}/ws/rooms/r?name=slow", max_queue=1) as slow,
        connect(f"ws://{address}/ws/rooms/r?name=ann", max_queue=None) as ann,
    ):
        ann.recv(WAIT_S)
        slow.recv(WAIT_S)
        for number in range(10_000):
            ann.send(f'{{"type":"say","id":"{number}","text":"{text}"}}')
            ann.recv(WAIT_S)
        with pytest.raises(ConnectionClosed) as closed:
            deque(slow, maxlen=0)  # what had been sent to it before
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
