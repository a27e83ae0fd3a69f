"""Helpers of the histories: texts for columns, frames, and the chat without a history."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_core.frames import Image, ImageFile, Message
from chat_core.history import (
    History,
    NewMessage,
    NoHistory,
    Reaction,
    Retraction,
    to_frame,
    with_nul,
    without_nul,
)
from chat_core.unavailable import UnknownMessageError

texts = st.text(st.characters() | st.sampled_from("\0\x1b01"))


@given(texts)
def test_a_text_with_nul_survives_a_column(text: str) -> None:
    column = without_nul(text)
    assert "\0" not in column
    assert with_nul(column) == text


@given(st.text(st.characters(exclude_characters="\0\x1b")))
def test_a_text_without_nul_is_stored_unchanged(text: str) -> None:
    assert without_nul(text) == text


@given(texts, texts)
def test_different_texts_differ_in_a_column(one: str, other: str) -> None:
    assert (without_nul(one) == without_nul(other)) is (one == other)


def test_a_stored_message_becomes_its_frame() -> None:
    file = ImageFile("image/png", "cat.png", b"\x89PNG")
    text, image = (
        NewMessage("r", "ann", "1", 5, "hi"),
        NewMessage("r", "ann", "2", 6, image=file),
    )
    assert to_frame(text, 3) == Message(3, "1", "ann", "hi", 5)
    assert to_frame(image, None) == Image(None, "2", "ann", "image/png", "cat.png", 6)


def test_without_a_history_nothing_is_kept() -> None:
    async def scenario(history: History) -> None:
        await history.start()
        await history.check()
        assert await history.append(NewMessage("r", "ann", "1", 5, "hi")) is None
        assert await history.newest("r") is None
        assert await history.after("r", 0, 10) == []
        assert await history.before("r", None, 10) == []
        assert await history.image("r", 1) is None
        with pytest.raises(UnknownMessageError):
            await history.unsay(Retraction("r", 1, "m1", "ann"))
        with pytest.raises(UnknownMessageError):
            await history.react(Reaction("r", 1, "guest ann", "ann", "👍", on=True))
        await history.stop()

    asyncio.run(scenario(NoHistory()))
