"""An outage of the broker: connections stay open, and in the end no message is missing."""

from dataclasses import dataclass, field

import pytest

from bench.declared.arms import find_arm
from bench.stack.engines import RedisEngine
from bench.stack.postgres import PostgresEngine
from bench.stack.stack import Stack
from tests.conformance.room import Frame, Room
from tests.stack.conftest import FanoutDatabase
from tests.stack.listening import Listener, kept, wait_for_health
from tests.stack.workers import enter_on

pytestmark = [
    pytest.mark.redis,
    pytest.mark.parametrize(
        "arm",
        [
            "channels-uvicorn-redis",
            "channels-uvicorn-pubsub",
            "channels-uvicorn-redis-tuned",
            "fastapi-uvicorn-redis",
            "fastapi-uvicorn-broadcaster-redis",
            "fastapi-uvicorn-broadcaster-postgres",
        ],
        scope="module",
    ),
]


@dataclass(slots=True)
class Story:
    """The events of two members in two processes."""

    answers: dict[str, str] = field(default_factory=dict)
    """The answers by id, for messages at the start of the outage."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Id and error code of the message that was refused during the outage."""
    comer_while_away: int = 0
    """The close of a member that joined during the outage."""
    kept: list[Frame] = field(default_factory=list)
    """The history at the end."""
    heard: list[list[int]] = field(default_factory=list)
    """The seqs that each member received."""


@pytest.fixture(scope="module")
def story(arm: str, fanout_database: FanoutDatabase, request: pytest.FixtureRequest) -> Story:
    served = Stack(find_arm(arm), workers=2, history="sqlite", postgres=fanout_database(arm))
    with served as stack, Room(stack.url) as room:
        broker = stack.redis or request.getfixturevalue("postgres")
        ann = Listener(enter_on(stack, stack.children[0], room, "ann"))
        bob = Listener(enter_on(stack, stack.children[1], room, "bob"))
        return _tell(stack, broker, room, ann, bob)


def _tell(
    stack: Stack,
    broker: RedisEngine | PostgresEngine,
    room: Room,
    ann: Listener,
    bob: Listener,
) -> Story:
    story = Story()
    said = {ann.member.say(f"{number}"): ann for number in range(30)}
    said |= {bob.member.say(f"{number}"): bob for number in range(30)}
    broker.child.stop()
    for worker in stack.children:
        wait_for_health(stack, worker, 503)
    story.answers = {identifier: speaker.answer(identifier) for identifier, speaker in said.items()}
    story.refused = [_say_until_refused(each) for each in (ann, bob)]
    for each in (ann, bob):
        each.lives()
    story.comer_while_away = room.connect("cid").closed().code
    broker.restart()
    for worker in stack.children:
        wait_for_health(stack, worker, 200)
    last = [each.member.say("after") for each in (ann, bob)]
    for each, identifier in zip((ann, bob), last, strict=True):
        assert each.answer(identifier) == "ack"
    story.kept = kept(stack.url, room)
    for each in (ann, bob):
        each.until_all_of(story.kept)
        each.lives()
        story.heard.append(each.seqs)
    return story


def _say_until_refused(speaker: Listener) -> tuple[str, str]:
    """Send until a refusal: commits before the outage is noticed are published later."""
    while True:
        identifier = speaker.member.say("away")
        if (answer := speaker.answer(identifier)) != "ack":
            return identifier, answer


def test_messages_at_the_start_of_the_outage_are_answered(story: Story) -> None:
    assert len(story.answers) == 60
    assert set(story.answers.values()) <= {"ack", "unavailable"}


def test_messages_during_the_outage_are_refused(story: Story) -> None:
    assert [code for _, code in story.refused] == ["unavailable", "unavailable"]
    ids = {record["id"] for record in story.kept}
    assert not any(identifier in ids for identifier, _ in story.refused)


def test_a_handshake_during_the_outage_is_closed_with_come_back(story: Story) -> None:
    assert story.comer_while_away == 1012


def test_acknowledged_messages_are_kept(story: Story) -> None:
    confirmed = {identifier for identifier, answer in story.answers.items() if answer == "ack"}
    assert confirmed <= {record["id"] for record in story.kept}


def test_every_member_has_every_kept_message_once(story: Story) -> None:
    expected = [record["seq"] for record in story.kept]
    assert [sorted(seqs) for seqs in story.heard] == [expected, expected]
