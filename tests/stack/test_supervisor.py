"""A backend whose processes end again and again stays down, and the others go on."""

import signal
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bench.cli import main
from bench.errors import BenchError
from bench.up.supervisor import Supervisor

_PIDS = count(1)


class _Child:
    end: str | None = "ended with exit code 1, and said nothing"

    def __init__(self) -> None:
        self.pid = next(_PIDS)

    def stop(self, _: float = 0) -> None: ...


class _Stack:
    """Each process that it starts has ended."""

    class arm:  # noqa: N801
        id = "chat"

    def __init__(self) -> None:
        self.children: list[Any] = [_Child()]
        self.starts = 0
        self.stopped = False

    def start_worker(self) -> Any:
        self.starts += 1
        self.children.append(_Child())
        return self.children[-1]

    def check_engines(self) -> None:
        assert not self.stopped

    def stop(self) -> None:
        self.stopped = True
        self.children.clear()


def test_the_last_backend_that_cannot_be_kept_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.up.supervisor._POLL_S", 0.0)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    one, other = _Stack(), _Stack()
    said: list[str] = []
    stacks = cast(Any, {"one": one, "other": other})
    with pytest.raises(BenchError, match="chat ends again and again, and stays down: a process"):
        Supervisor(stacks, None, said.append).watch()
    assert (one.starts, other.starts) == (3, 3)
    assert one.stopped
    assert (
        said.count(
            "A process of chat ended with exit code 1, and said nothing. Another one starts."
        )
        == 6
    )
    assert len(said) == 7


def test_a_companion_that_cannot_be_kept_leaves_the_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.up.supervisor._POLL_S", 0.0)
    starts: list[None] = []
    companion = SimpleNamespace(ended="no memory.", start_again=lambda: starts.append(None))
    stack, said = _Stack(), list[str]()
    stack.children.clear()

    def say(words: str) -> None:
        said.append(words)
        if "stays down" in words:
            raise SystemExit

    with pytest.raises(SystemExit):
        Supervisor(cast(Any, {"one": stack}), cast(Any, companion), say).watch()
    again = "The companion ended by itself: no memory. Another one starts."
    gone = "The companion ends again and again, and stays down: no memory. The chats go on without"
    assert said == [again] * 3 + [f"{gone} it."]
    assert len(starts) == 3
    assert not stack.stopped


def test_a_hangup_is_kept_from_the_moment_at_which_the_terminal_offers_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before, it ended everything in the moment between the words and the watch."""
    handlers: list[Any] = []
    nothing = SimpleNamespace(
        stacks={}, companion=None, history="no history", control=lambda _: None
    )
    monkeypatch.setattr("bench.cli.main.up.start", lambda *_: nothing)
    monkeypatch.setattr(Supervisor, "watch", lambda _: None)
    monkeypatch.setattr(main, "say", lambda _: handlers.append(signal.getsignal(signal.SIGHUP)))
    before = signal.getsignal(signal.SIGHUP)
    try:
        main.up_command()
        assert handlers
        assert all(handler not in (signal.SIG_DFL, signal.SIG_IGN) for handler in handlers)
    finally:
        signal.signal(signal.SIGHUP, before)
