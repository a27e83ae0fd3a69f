"""The experiment `loss`, with few and small cases: what is lost is found, with its cause."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from bench.analysis import loss
from bench.declared.arms import Arm, find_arm
from bench.envelope.loss import DROPPED, LossCase
from bench.experiments.loss import experiment, room
from bench.experiments.loss.plan import KIB, MIB, Case
from bench.experiments.loss.room import CaseRun
from bench.stack.observed_stack import ObservedStack

PHOTOS = Case("photos", "image", 100 * KIB, 20)
STOPS = Case("photos, reader stops", "image", 100 * KIB, 150, None, "stops")
"""15 MB: more than the buffers of both ends of a connection hold, less than an outbox."""
TOO_LARGE = Case("a photo past the chat's limit", "image", 8 * MIB + 1, 1)
HUGE = Case("a frame past the server's limit", "image", 24 * MIB, 1)
ON_EACH = [
    "channels-daphne-memory",
    "channels-uvicorn-memory",
    "fastapi-daphne-memory",
    "fastapi-uvicorn-memory",
]


@pytest.fixture
def long_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop that is long enough to fill the buffers on a slow machine."""
    monkeypatch.setattr(room, "STOP_S", 8.0)


class SmallLayerStack(ObservedStack):
    """A stack whose layer has a capacity of 10."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.serve = ("tests.loss.small_layer", *self.serve[1:])


def _measured(arm: str | Arm, case: Case, stack: type[ObservedStack] = ObservedStack) -> LossCase:
    found = find_arm(arm) if isinstance(arm, str) else arm
    with stack(found, case.receive_buffer) as running:
        return msgspec.convert(asyncio.run(CaseRun(running, case).run()), LossCase)


@pytest.mark.parametrize("arm", ON_EACH)
def test_photos_come_to_members_that_read(arm: str) -> None:
    found = _measured(arm, PHOTOS)
    assert loss.outcome(found).kind == "all"
    assert [each.arrived for each in found.members.values()] == [20, 20, 20]
    assert found.layer_dropped == {}


@pytest.mark.parametrize("arm", ["channels-uvicorn-memory", "fastapi-uvicorn-memory"])
def test_a_photo_past_the_limit_is_refused_in_words(arm: str) -> None:
    found = _measured(arm, TOO_LARGE)
    assert found.members["other"].missing == {"refused: too_large": 1}


@pytest.mark.parametrize("arm", ON_EACH)
def test_a_frame_past_the_limit_ends_the_connection_of_its_sender_alone(arm: str) -> None:
    found = _measured(arm, HUGE)
    assert [each.end is None for each in found.members.values()] == [False, True, True]
    assert loss.outcome(found).kind in ("closed", "cut")


@pytest.mark.usefixtures("long_stop")
def test_the_layer_of_the_tutorial_drops_behind_a_reader_that_stops() -> None:
    found = _measured("channels-uvicorn-memory-tutorial", replace(STOPS, count=250))
    assert list(found.layer_dropped) == ["channels.layers: a channel over its capacity"]
    assert found.members["reader"].missing == {DROPPED: sum(found.layer_dropped.values())}


@pytest.mark.redis
@pytest.mark.usefixtures("long_stop")
def test_the_layer_of_the_tutorial_over_redis_drops_the_oldest() -> None:
    """Of the reader that stops; the default capacity is meant for a process, too."""
    found = _measured("channels-daphne-redis-tutorial", replace(STOPS, count=250))
    assert "channels_redis.core: the oldest event of a full queue" in found.layer_dropped
    assert found.members["reader"].missing[DROPPED] > 0
    assert loss.unexplained(found) == 0


@pytest.mark.usefixtures("long_stop")
@pytest.mark.parametrize(
    ("arm", "place"),
    [
        ("channels-uvicorn-memory", "channels.layers"),
        pytest.param("channels-uvicorn-redis", "channels_redis.core", marks=pytest.mark.redis),
    ],
)
def test_a_planted_small_layer_explains_every_loss(arm: str, place: str) -> None:
    tutorial = replace(find_arm(arm), variant="tutorial")
    found = _measured(tutorial, STOPS, SmallLayerStack)
    assert loss.dropped(found) > 0
    assert loss.unexplained(found) == 0
    assert {each.partition(":")[0] for each in found.layer_dropped} == {place}


@pytest.mark.usefixtures("long_stop")
def test_a_full_buffer_makes_the_sender_wait_and_loses_nothing() -> None:
    found = _measured("fastapi-uvicorn-memory-tutorial", STOPS)
    assert loss.outcome(found).kind == "all"
    assert found.kernel["TCPToZeroWindowAdv"] > 0
    assert found.members["other"].longest_wait_s > 1.0


@pytest.mark.usefixtures("long_stop")
def test_a_sender_that_is_never_read_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SEND_S", 0.5)
    monkeypatch.setattr(room, "QUIET_S", 0.5)
    endless = replace(STOPS, count=2000)
    found = _measured("fastapi-uvicorn-memory-tutorial", endless)
    assert found.written < endless.count


def test_an_arm_that_cannot_be_observed_is_refused() -> None:
    reason = experiment.can(find_arm("channels-granian-memory"))
    assert reason == "its server runs the chat in a process that is not observed."
