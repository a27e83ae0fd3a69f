"""The test of the test: a deliberate error in one chat is found, and nothing else is."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.differential.mutants import MUTANTS, Mutant
from tests.differential.pair import Pair, Side
from tests.differential.running import CHATS, Databases, arm_of, running
from tests.differential.sessions import drive

_STEPS = 900
"""The number of steps in which each mutant must be found."""

_UNCHANGED_STEPS = 30
"""`test_sessions` takes more with the chats as they are; here it is about the mutants' server."""

_PATIENCE_SECONDS = 2.0


@pytest.fixture(scope="module")
def chats(databases: Databases) -> Iterator[dict[str, Side]]:
    """Both as they are."""
    with ExitStack() as stacks:
        yield {
            chat: stacks.enter_context(running(arm_of(chat, "uvicorn", "memory"), databases))
            for chat in CHATS
        }


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(
            mutant,
            id=f"{mutant.chat}-{mutant.name}",
            marks=[pytest.mark.all_arms] if mutant.further else [],
        )
        for mutant in MUTANTS
    ],
)
def test_a_mutant_is_found(mutant: Mutant, chats: dict[str, Side], databases: Databases) -> None:
    arm = arm_of(mutant.chat, "uvicorn", "memory")
    with running(arm, databases, served_by=(mutant.chat, mutant.name)) as mutated:
        pair = Pair(_sides(chats | {mutant.chat: mutated}), patience=_PATIENCE_SECONDS)
        with pytest.raises(AssertionError, match=mutant.shows):
            drive(pair, _STEPS, topics=mutant.topics, shrink=False)


@pytest.mark.parametrize("chat", CHATS)
def test_an_unchanged_chat_shows_no_difference(
    chat: str, chats: dict[str, Side], databases: Databases
) -> None:
    arm = arm_of(chat, "uvicorn", "memory")
    with running(arm, databases, served_by=(chat, "unchanged")) as same:
        drive(Pair(_sides(chats | {chat: same})), _UNCHANGED_STEPS)


def _sides(chats: dict[str, Side]) -> tuple[Side, Side]:
    channels, fastapi = (chats[chat] for chat in CHATS)
    return channels, fastapi
