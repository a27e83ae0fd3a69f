"""Options and markers of all tests."""

import gc
import os
import signal
from collections.abc import Callable
from functools import cache

import httpx
import pytest
from xdist.remote import Producer

from bench.declared.arms import Arm, find_arm, load_arms
from bench.errors import BenchError
from bench.stack.engines import NO_REDIS, find_redis_server
from bench.stack.postgres import NO_POSTGRES, find_postgres
from bench.stack.storage import missing_engine
from tests import fork_server
from tests.browser.turns import other_backends
from tests.conformance.expected_failures import arm_of, mark_expected_failures
from tests.conformance.rows import ROWS, row_of
from tests.conformance.selection import (
    selected,
    selected_for_further_cases,
    suits,
    suits_history,
)
from tests.conformance.target import NoServerError, Target, running
from tests.scheduling import ServerScheduling

_URL = pytest.StashKey[Target]()
_ARMS = pytest.StashKey[list[Arm]]()
"""The arms that can run here."""
_MARKERS = (
    "depends_on(*aspects): what of an arm (server, fanout, history) its answer can depend on, "
    "beside the framework; all of it without this marker",
    "cases_depend_on(*aspects): what of an arm the answers to all cases but the first can depend "
    "on, beside the framework; as much as the first without this marker",
    "relay: asked of each baseline too, which only relays",
    "history: asked of those that keep messages, and so have accounts",
    "no_history: asked of those that keep nothing",
    "all_arms: asked with --all-arms alone, because another test shows most of it",
    "arms_here: about the arms of this machine, not about --url or --arm",
    "redis: starts a Redis of its own",
    "postgres: starts a PostgreSQL of its own",
)


# Loading certificates takes 20 ms, and a test may make a client for each request.
httpx._transports.default.create_ssl_context = cache(httpx.create_ssl_context)  # type: ignore[attr-defined]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "which servers tests/conformance asks")
    group.addoption("--url", help="ask this running server instead of every arm")
    group.addoption(
        "--arm", action="append", metavar="ID", help="ask this arm alone, everything; repeatable"
    )
    group.addoption("--all-arms", action="store_true", help="ask every arm everything")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until the tests run: modules and tests stay until the end
    # A shell ignores it in what it starts in the background, and tests that send it would wait.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    config.stash[ROWS] = []
    try:
        config.stash[_ARMS] = _arms(config.getoption("--arm") or [])
        if url := config.getoption("--url"):
            config.stash[_URL] = running(url)
    except (BenchError, NoServerError) as error:
        pytest.exit(str(error), returncode=1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        metafunc.config.stash[ROWS].append(row_of(metafunc.definition))
        arms = _asked(metafunc.config, metafunc.definition)
        metafunc.parametrize("server", arms, indirect=True, scope="session")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Four processes more than cores: many tests wait most of their time."""
    return (os.cpu_count() or 1) + 4


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ServerScheduling:
    return ServerScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _URL in config.stash:
        _deselect(config, items, lambda item: not _is_about(item, config.stash[_URL]))
    if config.getoption("--arm"):
        _deselect(config, items, _is_about_no_wanted_arm)
    if not any(config.getoption(each) for each in ("--url", "--arm", "--all-arms")):
        _deselect(config, items, _further_cases(items, config.stash[_ARMS]).__contains__)
    if not config.getoption("--all-arms"):
        _deselect(config, items, lambda item: item.get_closest_marker("all_arms") is not None)
        _deselect(config, items, other_backends(items).__contains__)
    if find_redis_server() is None:  # which `test_arms` fails for, unless that is wanted
        _skip(items, "redis", NO_REDIS)
    if find_postgres() is None:
        _skip(items, "postgres", NO_POSTGRES)
    mark_expected_failures(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """A full collection would look at some million objects of modules and of tests each time."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    fork_server.enable(item.path)


def pytest_unconfigure() -> None:
    fork_server.end()


@pytest.fixture(scope="session")
def running_target(pytestconfig: pytest.Config) -> Target | None:
    """The server of --url, or None."""
    return pytestconfig.stash.get(_URL, None)


def _arms(wanted: list[str]) -> list[Arm]:
    """The arms that can run here, or the wanted ones among them. Raises BenchError."""
    if not wanted:
        return [arm for arm in load_arms().values() if missing_engine(arm) is None]
    for arm in map(find_arm, wanted):
        if reason := missing_engine(arm):
            raise BenchError(reason)
    return [find_arm(each) for each in wanted]


def _asked(config: pytest.Config, test: pytest.Item) -> list[str]:
    """The ids of the arms for a test."""
    if _URL in config.stash:
        return [config.stash[_URL].arm]
    arms = config.stash[_ARMS]
    if config.getoption("--arm") or config.getoption("--all-arms"):
        return [arm.id for arm in arms if suits(test, arm)]
    return [arm.id for arm in selected(test, arms)]


def _is_about(item: pytest.Item, target: Target) -> bool:
    """Whether a test can run on the server of --url."""
    if item.get_closest_marker("arms_here"):
        return False
    arm = load_arms().get(target.arm)
    return suits_history(item, target.history) and (arm is None or suits(item, arm))


def _is_about_no_wanted_arm(item: pytest.Item) -> bool:
    """Whether `--arm` leaves a test out: it suits none of them, or is not about one at all."""
    asks = isinstance(item, pytest.Function) and "server" in item.fixturenames
    return item.get_closest_marker("arms_here") is not None or (asks and arm_of(item) is None)


def _further_cases(items: list[pytest.Item], arms: list[Arm]) -> set[pytest.Item]:
    """All cases but the first of each test on an arm that need not get the others."""
    rows: dict[str, dict[str, list[pytest.Item]]] = {}
    for item in items:
        arm = arm_of(item)
        if arm is not None and "server" in getattr(item, "fixturenames", ()):
            cases = rows.setdefault(item.nodeid.partition("[")[0], {})
            cases.setdefault(arm, []).append(item)
    further = set()
    for cases in rows.values():
        test = next(iter(cases.values()))[0]
        get_all = {arm.id for arm in selected_for_further_cases(test, arms)}
        further |= {
            each for arm, asked in cases.items() if arm not in get_all for each in asked[1:]
        }
    return further


def _deselect(
    config: pytest.Config, items: list[pytest.Item], unwanted: Callable[[pytest.Item], bool]
) -> None:
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        (dropped if unwanted(item) else kept).append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason))
