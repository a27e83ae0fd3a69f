"""What the form of the web UI accepts before a test and in one, and the words after `locust`."""

import pytest

from bench.cli import locust_ui
from bench.cli.locust_arguments import Arguments
from bench.errors import BenchError
from bench.load.options import STACKS_VARIABLE, Options
from bench.load.suite.options import changed, wrong_value
from bench.load.suite.stacks import RunningStack, encode, running
from bench.stack.stack import listen

ONE, OTHER = "http://127.0.0.1:1001", "http://127.0.0.1:1002"
RUNNING = Options(ONE, "one", room_size=10, rate=2)


@pytest.fixture(autouse=True)
def _stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    stacks = {"one": RunningStack(ONE, {"servers": [1]}), "other": RunningStack(OTHER)}
    monkeypatch.setenv(STACKS_VARIABLE, encode(stacks))
    assert running() == stacks


def test_a_composition_names_addresses_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STACKS_VARIABLE, f'{{"one": "{ONE}"}}')
    assert running() == {"one": RunningStack(ONE)}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"arm": "one", "host": ONE}, None),
        ({"arm": "one", "host": ""}, None),
        ({"arm": "one", "host": "https://chat.example"}, None),
        ({"arm": "one", "host": f"{OTHER}/"}, f"{OTHER}/ is other, and the arm is one: choose"),
        ({"arm": "third", "host": ONE}, "--arm takes one, other, not 'third'."),
        ({"against": "third"}, "--against takes none, one, other, not 'third'."),
        ({"rate": "fast"}, "--rate takes a number from 0 to 1000, not 'fast'."),
    ],
)
def test_a_form_names_one_chat(form: dict[str, str], words: str | None) -> None:
    found = wrong_value(form)
    assert found is None if words is None else words in str(found)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"rate": "3", "room_size": "10", "arm": "one"}, None),
        ({"user_count": "5"}, None),
        ({"room_size": "11"}, "--room-size is 10 in the running test: stop it first"),
        ({"arm": "one", "against": "none"}, None),
        ({"arm": "one", "against": "other"}, "--against is none in the running test: stop it"),
        ({"arm": "other"}, f"--host is {ONE} in the running test"),
        ({"host": "https://chat.example", "arm": "one"}, f"--host is {ONE} in the running test"),
    ],
)
def test_a_running_test_stays_where_it_is(form: dict[str, str], words: str | None) -> None:
    found = changed(form, RUNNING)
    assert found is None if words is None else words in str(found)
    assert changed(form, None) is None


@pytest.mark.parametrize(
    ("words", "arms", "for_locust", "port", "ui"),
    [
        ([], [], [], 8089, True),
        (["a-b", "c-d", "-u", "10"], ["a-b", "c-d"], ["-u", "10"], 8089, True),
        (["a-b", "Chatter", "--headless"], ["a-b"], ["Chatter", "--headless"], 8089, False),
        (["--web-port", "9000"], [], ["--web-port", "9000"], 9000, True),
        (["-P=9001", "Echo"], [], ["-P=9001", "Echo"], 9001, True),
    ],
)
def test_arms_stand_before_the_first_option(
    words: list[str], arms: list[str], for_locust: list[str], port: int, ui: bool
) -> None:
    assert Arguments.read(words) == Arguments(arms, for_locust, port, ui)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--web-port", "http"], "--web-port takes a port from 1 to 65535, not 'http'."),
        (["no-arm"], "There is no arm 'no-arm': choose one of "),
    ],
)
def test_a_mistake_is_told_before_anything_starts(words: list[str], said: str) -> None:
    with pytest.raises(BenchError) as raised:
        locust_ui.run([], words, print)
    assert said in str(raised.value)


def test_a_taken_web_port_is_told_before_anything_starts() -> None:
    with listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BenchError) as raised:
            locust_ui.run(["picows"], ["--web-port", str(port)], print)
    assert str(raised.value).startswith(f"Port {port} cannot be had")
    assert str(raised.value).endswith("Choose another one with --web-port.")


def test_locustfiles_of_others_stand_beside_the_suite() -> None:
    words = ["-f", "shape.py", "-u", "3", "--locustfile=more.py"]
    assert locust_ui.with_suite(words) == [
        *("-f", f"{locust_ui.LOCUSTFILE},shape.py,more.py"),
        *("-u", "3"),
    ]
