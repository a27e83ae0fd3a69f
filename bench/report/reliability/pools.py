"""The section on connections to the engines: figures in, sentences, table and chart out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from bench.analysis.arms import framework
from bench.analysis.pools import Engine, most, of_engine
from bench.analysis.wording import count
from bench.envelope.pools import Phase, PoolsEntry
from bench.envelope.run import ArmInfo
from bench.report.charts import Chart, Row
from bench.report.groups import arranged, heading
from bench.report.markdown import code, table
from bench.report.reliability.names import chat

NONE: Final = "–"
_ENGINES: Final[dict[Engine, str]] = {"redis": "Redis", "postgresql": "PostgreSQL"}


def context(entries: Sequence[PoolsEntry], arms: Mapping[str, ArmInfo]) -> dict[str, Any]:
    """What the page says of it."""
    by_arm = {entry.arm: entry for entry in entries}
    found = [by_arm[arm.id] for arm in arranged(arms.values()) if arm.id in by_arm]
    return {
        "answers": [_answer(found, arms), *_refusals(found)],
        "members": entries[0].members,
        "room": entries[0].room,
        "rate": entries[0].rate,
        "table": _table(found),
        "chart": _chart(found, arms),
    }


def _answer(found: Sequence[PoolsEntry], arms: Mapping[str, ArmInfo]) -> str:
    """The most connections of each framework."""
    said = []
    for name in dict.fromkeys(framework(arms[each.arm]) for each in found):
        own = [each for each in found if framework(arms[each.arm]) == name]
        counts = [f"{count(most(own, key))} to {words}" for key, words in _ENGINES.items()]
        said.append(f"{' and '.join(counts)} with {name}")
    return (
        f"**For {count(found[0].members)} members that come at once, a process opens at most "
        f"{', and '.join(said)}.**"
    )


def _refusals(found: Sequence[PoolsEntry]) -> list[str]:
    """The members that were not let in, for each arm that refused some."""
    return [
        f"`{each.arm}` did not let {count(sum(each.refused.values()))} of "
        f"{count(each.members)} members in: {_reasons(each.refused)}.{_log(each)}"
        for each in found
        if each.refused
    ]


def _reasons(refused: Mapping[str, int]) -> str:
    return ", ".join(f"{count(times)} with `{reason}`" for reason, times in refused.items())


def _log(entry: PoolsEntry) -> str:
    lines = "; ".join(f"`{each}`" for each in entry.log)
    return f" Its log says: {lines}." if lines else ""


def _table(found: Sequence[PoolsEntry]) -> str:
    """Redis / PostgreSQL, for each phase."""
    rows = []
    for entry in found:
        pools = {pool.phase: pool for pool in entry.pools}
        for key, words in _ENGINES.items():
            if most([entry], key):
                cells = (
                    count(of_engine(pools[each], key)) if each in pools else NONE
                    for each in get_args(Phase)
                )
                rows.append((code(entry.arm), words, *cells))
    return table(("arm", "engine", *get_args(Phase)), rows, words=2)


def _chart(found: Sequence[PoolsEntry], arms: Mapping[str, ArmInfo]) -> Chart:
    rows = []
    for key, words in _ENGINES.items():
        for entry in found:
            value = most([entry], key)
            if value:
                arm = arms[entry.arm]
                group = f"To {words}: {heading(arm)[0].lower()}{heading(arm)[1:]}"
                name = chat(arm) if arm.history == "off" else f"{chat(arm)}, history"
                rows.append(Row(group, name, framework(arm), value, value, value, count(value)))
    return Chart(
        "reliability-pools",
        "The most connections of a process to its engines",
        "connections; less is better",
        tuple(rows),
    )
