"""Options and markers of all tests."""

import pytest

from bench.arms import load_arms
from bench.engines import NO_REDIS, find_redis_server
from tests.conformance.expected_failures import mark_expected_failures
from tests.conformance.target import NoServerError, Target, runnable, running

_URL = pytest.StashKey[Target]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--url", help="ask this running server instead of every arm (tests/conformance alone)"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "relay: asked of the baselines too, which only relay")
    config.addinivalue_line("markers", "arms_here: about the arms of this machine, not about --url")
    config.addinivalue_line("markers", "redis: starts a Redis of its own")
    if url := config.getoption("--url"):
        try:
            config.stash[_URL] = running(url)
        except NoServerError as error:
            pytest.exit(str(error), returncode=1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        relay = metafunc.definition.get_closest_marker("relay") is not None
        arms = _asked(metafunc.config, relay=relay)
        metafunc.parametrize("server", arms, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _URL in config.stash:
        asked = [item for item in items if _is_about(item, config.stash[_URL].arm)]
        config.hook.pytest_deselected(items=[item for item in items if item not in asked])
        items[:] = asked
    if find_redis_server() is None:  # which `test_arms` fails for, unless that is wanted
        for item in items:
            if item.get_closest_marker("redis"):
                item.add_marker(pytest.mark.skip(NO_REDIS))
    mark_expected_failures(items)


@pytest.fixture(scope="session")
def running_target(pytestconfig: pytest.Config) -> Target | None:
    """The server that --url names."""
    return pytestconfig.stash.get(_URL, None)


def _asked(config: pytest.Config, *, relay: bool) -> list[str]:
    """Ids of the arms that a test is asked of."""
    if _URL in config.stash:
        return [config.stash[_URL].arm]
    return runnable([arm for arm in load_arms().values() if relay or arm.kind == "chat"])


def _is_about(item: pytest.Item, arm: str) -> bool:
    """Whether a test can be asked of the server that --url names, which is of this arm."""
    arms = load_arms()
    if item.get_closest_marker("arms_here"):
        return False
    only_relays = arm in arms and arms[arm].kind == "baseline"
    return not only_relays or item.get_closest_marker("relay") is not None
