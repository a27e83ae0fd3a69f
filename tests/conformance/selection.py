"""The arms for each test: enough arms to show every possible difference.

Every test runs on each framework. The marker `depends_on` names what else the result can depend on:
the ASGI server, the fan-out (with the variant of the chat, which fans out differently), and the
history (with the variant `stock`, which queries differently). Without the marker, the result can
depend on all three. A test runs on few arms: for each framework, these arms include every server,
every fan-out and every history that can matter.

A baseline gets every `relay` test. On a server that runs as it is released, only arms in memory are
chosen, of each test only the first case, and the frameworks take turns from file to file: see
`is_asked_once`. A variant gets only the first case of each test, too: see `gets_first_cases`.

The marker `cases_depend_on` names what the further cases of a test can depend on, where that is
less: if the first case shows that a server passes a text frame, the errors in what a frame says are
the framework's alone. Then fewer arms get the further cases: see `selected_for_further_cases`.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePath

import pytest

from bench.declared.arms import Arm
from bench.declared.differences import load_differences
from chat_servers.settings import HARDENED, SERVERS

ASPECTS = ("server", "fanout", "history")

Feature = tuple[str, str]
"""An aspect with its value; `standard` with a server; or `difference` with a pattern of arms."""


def suits(test: pytest.Item, arm: Arm) -> bool:
    """Whether a test can run on an arm."""
    relayed = arm.kind == "chat" or test.get_closest_marker("relay") is not None
    return relayed and suits_history(test, arm.history)


def suits_history(test: pytest.Item, history: str) -> bool:
    """Whether a test can run on a chat with this history."""
    unsuitable = "history" if history == "off" else "no_history"
    return test.get_closest_marker(unsuitable) is None


def selected(test: pytest.Item, arms: Sequence[Arm]) -> list[Arm]:
    """The arms among `arms` for the test.

    An arm with a declared difference is included if the test shows this difference.
    Raises UsageError.
    """
    return _covered(test, [arm for arm in arms if suits(test, arm)], aspects_of(test))


def selected_for_further_cases(test: pytest.Item, arms: Sequence[Arm]) -> list[Arm]:
    """The arms among those of the test that get all of its cases. Raises UsageError."""
    asked = [arm for arm in selected(test, arms) if not gets_first_cases(arm)]
    if test.get_closest_marker("cases_depend_on") is None:
        return asked
    return _covered(test, asked, aspects_of_further_cases(test))


def _covered(test: pytest.Item, suitable: list[Arm], aspects: tuple[str, ...]) -> list[Arm]:
    """The baselines among these arms, and enough of the chats to show what depends on aspects."""
    suitable = [arm for arm in suitable if not is_asked_once(arm) or arm.fanout == "memory"]
    patterns = _patterns(_name_of(test))
    fully = {
        arm: _features(arm, aspects, patterns)
        for arm in suitable
        if arm.kind == "chat" and not is_asked_once(arm)
    }
    once = {
        arm: _features(arm, set(aspects) & {"server"}, patterns)
        for arm in _in_turn(suitable, test.path.name)
        if is_asked_once(arm)
    }
    chosen = [arm for arm in suitable if arm.kind != "chat"]
    chosen += covering(once) if any(once.values()) else []
    for framework in dict.fromkeys(arm.framework for arm in fully):
        chosen += covering({arm: own for arm, own in fully.items() if arm.framework == framework})
    return [arm for arm in suitable if arm in chosen]


def is_asked_once(arm: Arm) -> bool:
    """Whether `make test` asks the arm only the first case of a test, and with one framework.

    These servers are other people's code throughout. Their differences show in the first case, and
    they do not know which framework they serve.
    """
    return arm.kind == "chat" and arm.server in SERVERS and arm.server not in HARDENED


def gets_first_cases(arm: Arm) -> bool:
    """Whether `make test` asks the arm only the first case of a test.

    A variant has the rules of the standard chat, and differs in how it carries them out: the first
    case shows this, and the standard chat with the same server and history gets every case.
    """
    return is_asked_once(arm) or arm.variant != "standard"


def _in_turn(arms: Sequence[Arm], file: str) -> list[Arm]:
    """The arms with the framework first whose turn it is.

    The tests of a file share what a server has to be told first.
    """
    frameworks = sorted({arm.framework for arm in arms if arm.kind == "chat"})
    first = zlib.crc32(file.encode()) % len(frameworks) if frameworks else 0
    return sorted(arms, key=lambda arm: arm.framework != frameworks[first])


def aspects_of(test: pytest.Item) -> tuple[str, ...]:
    """What the result of a test can depend on besides the framework. Raises UsageError."""
    marker = test.get_closest_marker("depends_on")
    return ASPECTS if marker is None else _named_by(test, marker)


def aspects_of_further_cases(test: pytest.Item) -> tuple[str, ...]:
    """What the results of all cases but the first can depend on. Raises UsageError."""
    marker = test.get_closest_marker("cases_depend_on")
    return aspects_of(test) if marker is None else _named_by(test, marker)


def _named_by(test: pytest.Item, marker: pytest.Mark) -> tuple[str, ...]:
    if unknown := [each for each in marker.args if each not in ASPECTS]:
        raise pytest.UsageError(
            f"{test.nodeid} depends on {unknown[0]!r}: {marker.name} takes some of {ASPECTS}."
        )
    return marker.args


def value_of(arm: Arm, aspect: str) -> str:
    """The arm's value of an aspect; a variant belongs to the aspect in which it differs."""
    value: str = getattr(arm, aspect)
    if aspect == "history" and arm.variant == "stock":
        return "stock"  # of one database, because the queries are those of the standard chat
    if aspect == "fanout" and arm.variant not in ("standard", "stock"):
        return f"{value}, {arm.variant}"
    return value


def covering(arms: Mapping[Arm, set[Feature]]) -> list[Arm]:
    """A few of these arms that together have all features of all arms; at least one arm.

    The rarest feature comes first: of the arms with it, the arm that adds most features is chosen.
    """
    wanted = sorted({each for own in arms.values() for each in own})
    wanted.sort(key=lambda each: sum(each in own for own in arms.values()))
    chosen: list[Arm] = []
    servers: Counter[str] = Counter()
    while wanted or not chosen:
        left = set(wanted)
        having = [arm for arm, own in arms.items() if not wanted or wanted[0] in own]
        best = max(
            having, key=lambda arm: (len(arms[arm] & left), -servers[arm.server], _plainness(arm))
        )
        chosen.append(best)
        servers[best.server] += 1
        wanted = [each for each in wanted if each not in arms[best]]
    return chosen


def _plainness(arm: Arm) -> tuple[bool, ...]:
    """A sort key: the plainest arm starts fastest, and developers test it first.

    A server that is asked once runs with a history in most tests, so that it starts rarely: some
    tests need a history.
    """
    return (
        arm.variant == "standard",
        (arm.history == "off") != is_asked_once(arm),
        arm.fanout == "memory",
        arm.server == "uvicorn",
    )


def features(arm: Arm, aspects: Iterable[str]) -> set[Feature]:
    """The arm's values of these aspects; each server also has to serve the standard chat."""
    own = {(each, value_of(arm, each)) for each in aspects}
    if "server" in aspects and arm.variant == "standard":
        own.add(("standard", arm.server))
    return own


def _features(arm: Arm, aspects: Iterable[str], patterns: set[str]) -> set[Feature]:
    declared = {("difference", each) for each in patterns if fnmatchcase(arm.id, each)}
    return features(arm, aspects) | declared


def _name_of(test: pytest.Item) -> str:
    """FOLDER/FILE.py::FUNCTION, as `bench/declared/differences.toml` names a test."""
    path = PurePath(test.path)
    return f"{path.parent.name}/{path.name}::{getattr(test, 'originalname', None) or test.name}"


def _patterns(test: str) -> set[str]:
    """Patterns of the arms on which this test, or a case of it, is expected to fail."""
    return {
        pattern
        for difference in load_differences()
        if any(each.partition("[")[0] == test for each in difference.tests)
        for pattern in difference.arms
    }
