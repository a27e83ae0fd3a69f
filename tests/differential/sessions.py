"""All rules together, and the number of steps."""

import math
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.differential.machine import Chats
from tests.differential.pair import Pair
from tests.differential.rules_frames import Frames
from tests.differential.rules_http import HttpCalls
from tests.differential.rules_presence import Presence
from tests.differential.rules_rooms import PrivateRooms

STEPS_OF_A_SESSION: Final = 30


class Sessions(Presence, Frames, HttpCalls, PrivateRooms):
    """All actions of clients."""


def drive(
    pair: Pair,
    steps: int,
    *,
    topics: frozenset[str] = frozenset(),
    repeatable: bool = True,
    shrink: bool = True,
) -> int:
    """Take at least `steps` steps, and return the number taken.

    `repeatable`: the same steps each time. Raises AssertionError if the chats differ, with the
    steps that show it. With `shrink`, the number of these steps is minimised.
    """

    class Session(Sessions):
        def __init__(self) -> None:
            super().__init__(pair, topics)

    before = Chats.steps
    run_state_machine_as_test(
        Session,
        settings=settings(
            max_examples=math.ceil(steps / STEPS_OF_A_SESSION),
            stateful_step_count=STEPS_OF_A_SESSION,
            derandomize=repeatable,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            database=None,
            deadline=None,
            print_blob=not repeatable,
            report_multiple_bugs=shrink,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Chats.steps - before
