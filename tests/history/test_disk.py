"""A disk that is full, a file that is removed: no ack for what is lost, and health says it."""

import itertools
import resource

from chat_core.history import NewMessage
from tests.history.conftest import MakeDatabase, file_of, sqlite
from tests.history.process import ChatProcess, Unavailable, migrate

_ids = map(str, itertools.count())


@sqlite
def test_a_full_disk_is_unavailable_until_a_write_succeeds(
    chat: str, database: str, room: str
) -> None:
    with ChatProcess(chat, database) as process:
        assert process.append(said(room)) == [1]
        unlimited = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, unlimited[1]))
        refused = process.append(said(room))
        health = [process.ask("check") for _ in range(2)]
        seen = process.ask("newest", room)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)

        assert isinstance(refused[0], Unavailable), refused
        assert refused[0].reason.startswith("database: ")
        assert all(isinstance(each, Unavailable) for each in health), "although it can be read"
        assert seen == 1
        assert process.ask("check") is None, "found out without a message"
        assert process.append(said(room)) == [2]


@sqlite
def test_nothing_is_confirmed_once_the_file_is_removed(
    chat: str, kind: str, make_database: MakeDatabase, room: str
) -> None:
    url = make_database(kind)
    migrate(chat, url)
    with ChatProcess(chat, url) as process:
        assert process.append(said(room)) == [1]
        assert process.ask("check") is None
        file_of(url).unlink()
        gone = Unavailable("database: its file was removed or replaced: start again")
        assert process.append(said(room)) == [gone]
        assert process.ask("check") == gone
        file_of(url).touch()
        assert process.append(said(room)) == [gone], "another file is not the file"


def said(room: str) -> NewMessage:
    return NewMessage(room, "ann", next(_ids), 0, "hi")
