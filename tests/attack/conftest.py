"""The servers that are attacked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.stack.test_stack import ON_EACH_SERVER

Start = Callable[..., Stack]


class HurriedStack(Stack):
    """A stack whose server's own times are short: see `hurried`."""

    serve = ("tests.attack.hurried",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "arm" in metafunc.fixturenames and "arm" not in asked:
        metafunc.parametrize("arm", ON_EACH_SERVER, scope="session")


@pytest.fixture(scope="session")
def attacked(arm: str) -> Iterator[Stack]:
    """A running arm with the default settings."""
    with Stack(find_arm(arm)) as stack:
        yield stack


@pytest.fixture
def start(arm: str) -> Iterator[Start]:
    """Starts this arm with CHAT_… settings, and `history` as CHAT_HISTORY takes it."""
    yield from _starting(Stack, arm)


@pytest.fixture
def start_hurried(arm: str) -> Iterator[Start]:
    """The same, with a server in a hurry."""
    yield from _starting(HurriedStack, arm)


def _starting(kind: type[Stack], arm: str) -> Iterator[Start]:
    with ExitStack() as started:

        def start(settings: Mapping[str, str] | None = None, history: str | None = None) -> Stack:
            stack = kind(find_arm(arm), environ=settings, history=history)
            return started.enter_context(stack)

        yield start
