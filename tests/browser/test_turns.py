"""Which backend a case gets in `make test`."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.browser.turns import other_backends

_HERE = Path(__file__)
BACKENDS = ("django-channels", "fastapi")


class Item:
    """What the choice needs of a test."""

    def __init__(self, nodeid: str, path: Path, params: dict[str, str]) -> None:
        self.nodeid = nodeid
        self.path = path
        self.callspec = SimpleNamespace(params=params) if params else None


def _item(test: str, path: Path = _HERE, **params: Any) -> Any:
    return Item(f"{path}::{test}[{'-'.join(params.values())}]", path, params)


def _both(test: str, **params: str) -> list[Any]:
    return [_item(test, _HERE, **params, backend=backend) for backend in BACKENDS]


def test_each_case_keeps_one_backend_and_both_backends_have_cases() -> None:
    cases = [_both(f"test_{number}", width=width) for number in range(20) for width in "ab"]
    left_out = other_backends([item for case in cases for item in case])
    kept = [[item for item in case if item not in left_out] for case in cases]
    assert [len(case) for case in kept] == [1] * len(cases)
    assert {item.callspec.params["backend"] for (item,) in kept} == set(BACKENDS)


def test_the_choice_is_the_same_in_every_process() -> None:
    items = _both("test_a") + _both("test_b")
    assert other_backends(items) == other_backends(reversed(items))


def test_other_tests_stay() -> None:
    elsewhere = [_item("test_a", _HERE.parent.parent / "test_a.py", backend=each) for each in "ab"]
    alone = _item("test_a", backend="fastapi")
    assert other_backends([*elsewhere, alone, _item("test_b"), _item("test_c", width="9")]) == set()
