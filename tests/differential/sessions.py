"""All rules together, and how many steps are taken of them."""

import math
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.differential.machine import Chats
from tests.differential.pair import Pair
from tests.differential.rules_accounts import Accounts
from tests.differential.rules_frames import Frames
from tests.differential.rules_http import HttpCalls
from tests.differential.rules_presence import Presence

STEPS_OF_A_SESSION: Final = 30


class Sessions(Presence, Frames, HttpCalls, Accounts):
    """Everything that clients do."""


def drive(
    pair: Pair,
    steps: int,
    *,
    topics: frozenset[str] = frozenset(),
    repeatable: bool = True,
    shrink: bool = True,
) -> int:
    """Take at least as many steps, and return how many were taken.

    `repeatable`: the same ones each time. Raises AssertionError where the chats differ, with the
    steps that show it; as few as can be, where it is to `shrink` them.
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
