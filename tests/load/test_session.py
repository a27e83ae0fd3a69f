"""`python -m bench.load.session`: orders in, answers out."""

import os
import signal

import pytest

from bench.errors import BenchError
from bench.load.orders import Begin, Clocks, CloseAll, Done, Open, Refused, TakeSlot, Turn
from bench.load.session_process import SessionProcess

CLOCKS = Clocks([os.getpid()])


def test_groups_are_opened_take_turns_and_are_closed(relay_url: str) -> None:
    with SessionProcess(frozenset()) as session:
        assert session.send(Begin(seed=3, payload=50)) == Done()
        assert session.send(Open("room", relay_url, users=6, room=3, clocks=CLOCKS)) == Done()
        assert session.send(Open("echo", relay_url, users=4, room=1, clocks=CLOCKS)) == Done()

        room, echo = (session.send(TakeSlot(group, 12, 0.05)) for group in ("room", "echo"))

        assert isinstance(room, Turn)
        assert (room.members, room.counts.delivered) == (6, 36)
        assert isinstance(echo, Turn)
        assert (echo.members, echo.counts.delivered) == (4, 12)
        assert session.send(CloseAll()) == Done()
        assert isinstance(session.send(TakeSlot("room", 1, 0.05)), Refused)


def test_a_group_whose_members_cannot_join_is_refused_with_the_reason() -> None:
    with SessionProcess(frozenset()) as session:
        session.must(Begin(seed=3, payload=50))
        answer = session.send(Open("a", "http://127.0.0.1:1", users=2, room=2, clocks=CLOCKS))

        assert isinstance(answer, Refused)
        assert "http://127.0.0.1:1 cannot be joined" in answer.reason


def test_an_unknown_group_is_named() -> None:
    with (
        SessionProcess(frozenset()) as session,
        pytest.raises(BenchError, match="There is no group 'a': open it first"),
    ):
        session.must(TakeSlot("a", 1, 0.05))


def test_a_generator_that_was_killed_is_an_error() -> None:
    with SessionProcess(frozenset()) as session:
        session.send(Begin(seed=3, payload=50))
        os.kill(session.pid, signal.SIGKILL)
        with pytest.raises(BenchError, match="ended in the middle of a run"):
            session.send(Begin(seed=3, payload=50))
