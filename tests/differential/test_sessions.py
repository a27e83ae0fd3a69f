"""Both chats at once: random sessions of several clients, of which both must tell the same."""

import pytest

from tests.differential.running import LIMITED, SETTINGS, Databases, running_pair
from tests.differential.sessions import drive

_STEPS = 600
_LIMITED_TOPICS = frozenset({"presence", "burst", "say", "images", "accounts"})

pytestmark = pytest.mark.timeout(
    3600
)  # a failure is reduced first, and ten thousand steps take long


@pytest.mark.parametrize("asgi_server", ["uvicorn", "daphne"])
def test_both_chats_tell_the_same(
    asgi_server: str, databases: Databases, pytestconfig: pytest.Config
) -> None:
    with running_pair(asgi_server, "memory", databases, SETTINGS) as pair:
        taken = drive(pair, *_asked(pytestconfig, _STEPS))
    print(f"{taken} steps on {asgi_server}")


def test_both_chats_limit_the_same(databases: Databases, pytestconfig: pytest.Config) -> None:
    with running_pair("uvicorn", "memory", databases, LIMITED) as pair:
        taken = drive(pair, *_asked(pytestconfig, _STEPS // 4), topics=_LIMITED_TOPICS)
    print(f"{taken} steps under limits")


def _asked(config: pytest.Config, usual: int) -> tuple[int]:
    return (config.getoption("differential_steps", usual) or usual,)
