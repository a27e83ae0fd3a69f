"""Options and markers of all tests."""

import os

import pytest
from xdist.remote import Producer

from bench.arms import Arm, load_arms
from bench.engines import NO_REDIS, find_redis_server
from bench.postgres import NO_POSTGRES, find_postgres
from tests.conformance.expected_failures import mark_expected_failures
from tests.conformance.target import NoServerError, Target, runnable, running
from tests.scheduling import ServerScheduling

_URL = pytest.StashKey[Target]()
_MARKERS = (
    "relay: asked of the baselines too, which only relay",
    "history: asked of those that keep messages, and so have accounts",
    "no_history: asked of those that keep nothing",
    "http_side: asked over one fan-out alone, for nothing of it depends on that",
    "arms_here: about the arms of this machine, not about --url",
    "redis: starts a Redis of its own",
    "postgres: starts a PostgreSQL of its own",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--url", help="ask this running server instead of every arm (tests/conformance alone)"
    )


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if url := config.getoption("--url"):
        try:
            config.stash[_URL] = running(url)
        except NoServerError as error:
            pytest.exit(str(error), returncode=1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        arms = _asked(metafunc.config, metafunc.definition)
        metafunc.parametrize("server", arms, indirect=True, scope="session")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than cores: the longest tests wait most of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ServerScheduling:
    return ServerScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _URL in config.stash:
        asked = [item for item in items if _is_about(item, config.stash[_URL])]
        config.hook.pytest_deselected(items=[item for item in items if item not in asked])
        items[:] = asked
    if find_redis_server() is None:  # which `test_arms` fails for, unless that is wanted
        _skip(items, "redis", NO_REDIS)
    if find_postgres() is None:
        _skip(items, "postgres", NO_POSTGRES)
    mark_expected_failures(items)


@pytest.fixture(scope="session")
def running_target(pytestconfig: pytest.Config) -> Target | None:
    """The server that --url names."""
    return pytestconfig.stash.get(_URL, None)


def _asked(config: pytest.Config, test: pytest.Item) -> list[str]:
    """Ids of the arms that a test is asked of."""
    if _URL in config.stash:
        return [config.stash[_URL].arm]
    arms = [arm for arm in load_arms().values() if _is_asked(test, arm)]
    if test.get_closest_marker("http_side"):
        arms = [arm for arm in arms if (arm.fanout, arm.variant) == ("memory", "standard")]
    return runnable(arms)


def _is_asked(test: pytest.Item, arm: Arm) -> bool:
    relayed = arm.kind == "chat" or test.get_closest_marker("relay") is not None
    return relayed and _suits(test, arm.history)


def _is_about(item: pytest.Item, target: Target) -> bool:
    """Whether a test can be asked of the server that --url names."""
    if item.get_closest_marker("arms_here"):
        return False
    arm = load_arms().get(target.arm)
    return _suits(item, target.history) and (arm is None or _is_asked(item, arm))


def _suits(test: pytest.Item, history: str) -> bool:
    unsuitable = "history" if history == "off" else "no_history"
    return test.get_closest_marker(unsuitable) is None


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason))
