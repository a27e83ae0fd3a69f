"""Guests by names that read as an account's."""

from collections.abc import Iterator

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.accounts.visitor import Visitor
from tests.conformance.room import Room

ARMS = ("channels-uvicorn-memory-sqlite", "fastapi-uvicorn-memory-sqlite")

ACCOUNTS = ("josé", "ann lee")
IMITATIONS = {
    "a variation selector": "josé\ufe0f",
    "a variation selector of the supplement": "josé\U000e0100",
    "a grapheme joiner": "jos\u034fé",
    "a Hangul filler": "\u3164josé",
    "blank Braille": "josé\u2800",
    "a zero-width space between letter and accent": "jose\u200b\u0301",
    "two spaces": "ann  lee",
    "other white space": "ann\u2003\u200alee",
    "capitals and full width": "ＡＮＮ Lee",
}
REFUSED = {
    "an override of the direction": "\u202eésoj",
    "a mark of direction": "josé\u200f",
    "nothing but a zero-width space": "\u200b",
    "nothing but a Hangul filler": "\u3164",
    "nothing but blank Braille": "\u2800\u2800",
}


@pytest.fixture(scope="module", params=ARMS)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    with Stack(find_arm(request.param)) as started:
        for name in ACCOUNTS:
            with Visitor(started.url) as visitor:
                visitor.register(name)
        yield started


@pytest.mark.parametrize("name", IMITATIONS.values(), ids=IMITATIONS)
def test_no_guest_and_no_other_account_has_the_name(stack: Stack, name: str) -> None:
    with Room(stack.url) as room, Visitor(stack.url) as visitor:
        assert room.connect(name).closed().code == 4401
        assert visitor.enter("register", name).status_code == 409


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_no_name_turns_the_direction_or_is_not_seen(stack: Stack, name: str) -> None:
    with Room(stack.url) as room, Visitor(stack.url) as visitor:
        assert room.connect(name).closed().code == 4400
        assert visitor.enter("register", name).status_code == 400
