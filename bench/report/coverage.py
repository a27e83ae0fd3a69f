"""`docs/coverage.md`: which row of the contract is tested on which arms."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from bench.declared.arms import Arm, load_arms
from bench.report.errors import ReportError
from bench.report.markdown import text_table
from bench.report.templating import fill

_ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-m", "tests.conformance.coverage")
_ASPECTS = {"server": "servers", "fanout": "fan-outs", "history": "histories"}
_CANNOT_DIFFER = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """A test of the conformance suite, as `tests.conformance.coverage` prints it."""

    module: str
    about: str
    test: str
    aspects: tuple[str, ...]
    suits: tuple[str, ...]
    asked: tuple[str, ...]


def render_coverage() -> str:
    """The page. Raises ReportError if the suite cannot be collected."""
    rows = _rows()
    chats = [arm for arm in load_arms().values() if arm.kind == "chat"]
    titles = {arm.framework: arm.title for arm in chats}
    return fill(
        "coverage.md.j2",
        {
            "values": _values_table(chats, titles),
            "sections": [
                (module, own[0].about, _section(own, titles))
                for module, own in _by_module(rows).items()
            ],
        },
    )


@cache
def _rows() -> Sequence[Row]:
    """The rows of this project's suite; the report runs it as a process."""
    done = subprocess.run(_COMMAND, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        why = (done.stderr.strip() or "it says nothing").splitlines()[-1]
        raise ReportError(f"The conformance suite cannot be collected: {why}")
    return msgspec.convert(json.loads(done.stdout), list[Row])


def _by_module(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    modules: dict[str, list[Row]] = {}
    for row in rows:
        modules.setdefault(row.module, []).append(row)
    return modules


def _values_table(chats: Sequence[Arm], titles: Mapping[str, str]) -> str:
    lines = [
        [name, *(", ".join(_values(chats, framework, aspect)) for framework in titles)]
        for aspect, name in _ASPECTS.items()
    ]
    return text_table(("", *titles.values()), lines)


def _section(rows: Sequence[Row], titles: Mapping[str, str]) -> str:
    heads = [f"{title}: arms" for title in titles.values()]
    lines = [
        [
            row.test.removeprefix("test_").replace("_", " "),
            *(_arms(row, framework) for framework in titles),
            *(_share(row, aspect, titles) for aspect in _ASPECTS),
        ]
        for row in rows
    ]
    return text_table(("row", *heads, *_ASPECTS.values()), lines)


def _arms(row: Row, framework: str) -> str:
    asked, suits = (len(_of(framework, ids)) for ids in (row.asked, row.suits))
    return f"{asked} of {suits}"


def _share(row: Row, aspect: str, frameworks: Iterable[str]) -> str:
    """On how many values of the aspect the row is tested, for each framework."""
    if aspect not in row.aspects:
        return _CANNOT_DIFFER
    return ", ".join(
        f"{len(_values(_of(each, row.asked), each, aspect))} of "
        f"{len(_values(_of(each, row.suits), each, aspect))}"
        for each in frameworks
    )


def _of(framework: str, ids: Sequence[str]) -> list[Arm]:
    arms = load_arms()
    return [arms[each] for each in ids if arms[each].framework == framework]


def _values(arms: Sequence[Arm], framework: str, aspect: str) -> list[str]:
    """The values of the aspect in the order of the arms."""
    found = (_value(arm, aspect) for arm in arms if arm.framework == framework)
    return list(dict.fromkeys(found))


def _value(arm: Arm, aspect: str) -> str:
    """The arm's value; a variant counts as a fan-out, and `stock` counts as a history."""
    if aspect == "history" and arm.variant == "stock":
        return "stock"
    value: str = getattr(arm, aspect)
    if aspect == "fanout" and arm.variant not in ("standard", "stock"):
        return f"{value} ({arm.variant})"
    return value
