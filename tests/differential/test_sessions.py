"""Both chats at once: random sessions of several clients, in which both must send the same.

Bounded, and the same each time; as a nightly run takes it:
`python -m pytest -s tests/differential/test_sessions.py --differential-steps 10000`
(`-s` shows how many steps were taken, `--hypothesis-seed` repeats a run, `-k uvicorn` is one pair).
"""

import pytest

from tests.differential.pair import Pair
from tests.differential.running import LIMITED, SETTINGS, Databases, running_pair
from tests.differential.sessions import drive

_STEPS = 300
_FIRST_STEPS = 90
_LIMITED_STEPS = 150
_LIMITED_TOPICS = frozenset({"presence", "burst", "say", "images", "accounts"})

pytestmark = pytest.mark.timeout(3600)
"""A timeout in seconds: shrinking a difference takes long, and so does a nightly run."""


@pytest.mark.parametrize(
    ("asgi_server", "steps"),
    [
        ("uvicorn", _STEPS),
        ("daphne", _FIRST_STEPS),
        # What both chats do with a frame is the same on each server: Uvicorn's pair shows most.
        pytest.param("daphne", _STEPS, marks=pytest.mark.all_arms),
    ],
)
def test_both_chats_send_the_same(
    asgi_server: str, steps: int, databases: Databases, pytestconfig: pytest.Config
) -> None:
    with running_pair(asgi_server, "memory", databases, SETTINGS) as pair:
        taken = _drive(pair, pytestconfig, steps)
    print(f"{taken} steps on {asgi_server}")


def test_both_chats_apply_the_same_limits(
    databases: Databases, pytestconfig: pytest.Config
) -> None:
    with running_pair("uvicorn", "memory", databases, LIMITED) as pair:
        taken = _drive(pair, pytestconfig, _LIMITED_STEPS, _LIMITED_TOPICS)
    print(f"{taken} steps under limits")


def _drive(
    pair: Pair, config: pytest.Config, usual: int, topics: frozenset[str] = frozenset()
) -> int:
    """Take the usual steps, the same each time; or the requested number, different each time."""
    asked: int | None = config.getoption("differential_steps", None)
    if asked is None:
        return drive(pair, usual, topics=topics)
    taken = 0
    while taken < asked:  # a session may end before its last step
        taken += drive(pair, asked - taken, topics=topics, repeatable=False)
    return taken
