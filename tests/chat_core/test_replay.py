"""A replay is complete and in order, or it has a gap."""

import asyncio
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chat_core import protocol_limits
from chat_core.frames import ImageFile, ImageReference, Message
from chat_core.history import NewMessage, NoHistory, Record
from chat_core.replay import encode_message, missed, replay
from chat_core.unavailable import UnavailableError

IMAGE = ImageFile("image/png", "cat.png", b"\x89PNG\r\n\x1a\n")
Frame = dict[str, Any]


class KeptHistory(NoHistory):
    """The messages of a room in a list; unavailable after `readable` pages."""

    def __init__(
        self, count: int, readable: int | None = None, images: frozenset[int] = frozenset()
    ) -> None:
        self._records: list[Record] = [_record(seq, seq in images) for seq in range(1, count + 1)]
        self._readable = readable
        self.pages: list[int] = []

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        if self._readable is not None and len(self.pages) >= self._readable:
            raise UnavailableError("the database is away")
        page = self._records[after : after + limit]
        self.pages.append(len(page))
        return page

    async def image(self, room: str, seq: int) -> ImageFile | None:
        raise AssertionError("a replay reads no image")


def _record(seq: int, image: bool) -> Record:
    if image:
        return ImageReference(seq, str(seq), "ann", "image/png", "cat.png", seq, 8, "/7")
    return Message(seq, str(seq), "ann", "hi", seq)


def replayed(history: KeptHistory, since: int, newest: int) -> list[Frame]:
    async def all_of_it() -> list[Frame]:
        return [json.loads(each.data) async for each in replay(history, "r", since, newest)]

    return asyncio.run(all_of_it())


@settings(max_examples=60)
@given(st.integers(0, 2500), st.integers(0, 2600))
def test_a_replay_is_complete_or_has_a_gap_for_missing_messages(newest: int, since: int) -> None:
    frames = replayed(KeptHistory(newest + 3), since, newest)
    first = max(since, newest - protocol_limits.REPLAY_MESSAGES) + 1
    if first > since + 1:
        assert frames.pop(0) == {"type": "gap", "after": since, "before": first}
    assert [frame["seq"] for frame in frames] == list(range(first, newest + 1))


def test_it_is_read_page_by_page() -> None:
    history = KeptHistory(450)
    replayed(history, 0, 450)
    assert history.pages == [200, 200, 50]


def test_a_replay_that_breaks_off_ends_with_a_gap() -> None:
    frames = replayed(KeptHistory(450, readable=1), 10, 450)
    assert [frame["seq"] for frame in frames[:-1]] == list(range(11, 211))
    assert frames[-1] == {"type": "gap", "after": 210, "before": 451}


def test_a_history_that_cannot_be_read_is_one_gap() -> None:
    assert replayed(KeptHistory(9, readable=0), 4, 9) == [{"type": "gap", "after": 4, "before": 10}]


def test_replayed_images_are_references_in_text_frames() -> None:
    frames = replayed(KeptHistory(3, images=frozenset({2})), 0, 3)
    assert [frame["type"] for frame in frames] == ["message", "image", "message"]
    assert (frames[1]["name"], frames[1]["size"], frames[1]["url"]) == ("cat.png", 8, "/7")


def test_the_missed_messages_are_all_up_to_the_last() -> None:
    async def seqs() -> list[int | None]:
        return [each.seq async for each in missed(KeptHistory(400), "r", 7)]

    assert asyncio.run(seqs()) == list(range(8, 401))


def test_a_text_is_the_same_live_and_replayed() -> None:
    live = encode_message(NewMessage("r", "ann", "1", 1, "hi"), 1)
    assert json.loads(live.data) == replayed(KeptHistory(1), 0, 1)[0]
    assert live.size == len(live.data)


def test_live_an_image_has_its_bytes() -> None:
    live = encode_message(NewMessage("r", "ann", "1", 1, image=IMAGE), 1)
    assert isinstance(live.data, bytes)
    assert live.data.endswith(IMAGE.data)
    assert live.size == len(live.data)
