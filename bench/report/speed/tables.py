"""The tables of the comparison: figures in, Markdown out."""

import re
from collections import Counter

from bench.analysis.estimate import Estimate
from bench.analysis.message_cost import MessageCost
from bench.analysis.speed import SpeedFigures, reason_of
from bench.analysis.wording import count
from bench.envelope.observation import Failed
from bench.envelope.run import ArmInfo
from bench.envelope.speed import Slot, Window
from bench.report.arms.links import page_link
from bench.report.groups import arranged
from bench.report.markdown import code, table, text_table
from bench.report.speed import words

_FLOORS = {"uvicorn": "asgi-uvicorn", "daphne": "asgi-daphne"}
_HALF, _BUSY, _EQUAL, _FULL = ("35", 100), ("65", 100), ("equal", 100), ("saturated", 100)
_ALONE = ("35", 1)
_NAMED = (("35", "35 %"), ("65", "65 %"), ("equal", "equal load"))
_FIGURE = re.compile(r"(?<![a-z\d.])\d+(?:\.\d+)?")


def costs(figures: SpeedFigures) -> str:
    """CPU per delivery by arm and load."""
    headers = (
        "arm",
        "35 % of a core, µs",
        "65 % of a core, µs",
        "× raw ASGI, 65 %",
        "3 000 deliveries/s, µs",
        "core used there",
        "alone, 35 %, µs",
        "deliveries/s, whole core",
        "silent, µs/s",
    )
    rows = []
    for arm in _arms(figures):
        idle = figures.idle_us(arm.id)
        rows.append(
            (
                page_link(arm.id),
                words.cost(figures.cost(_HALF, arm.id)),
                words.cost(figures.cost(_BUSY, arm.id)),
                words.ratio(_over_floor(figures, arm)),
                words.cost(figures.cost(_EQUAL, arm.id)),
                words.share(figures.share(_EQUAL, arm.id)),
                words.cost(figures.cost(_ALONE, arm.id)),
                words.rate(figures.cost(_FULL, arm.id)),
                words.NONE if idle is None else f"{idle:.0f}",
            )
        )
    return table(headers, rows)


def latencies(figures: SpeedFigures) -> str:
    """Time until a message has reached its last member."""
    loads = [each for each in _NAMED if any(w.load == each[0] for w in figures.windows)]
    headers = ["arm"]
    for _, name in loads:
        headers += [f"{name}: p50", f"{name}: p99", f"{name}: messages"]
    rows = []
    for arm in _arms(figures):
        row = [code(arm.id)]
        for load, _ in loads:
            windows = [w for w in figures.windows if w.arm == arm.id and w.load == load]
            measured = sum(len(w.worst_us) for w in windows if reason_of(w) is None)
            row += [
                words.percentile_ms(figures.latency(arm.id, load, 0.5)),
                words.percentile_ms(figures.latency(arm.id, load, 0.99)),
                str(measured),
            ]
        rows.append(row)
    return table(headers, rows)


def messages(figures: SpeedFigures) -> str:
    """The cost of a message told apart from the cost of a delivery."""
    headers = ("arm", "a message, µs", "a delivery, µs", "measured ÷ predicted, room of 10")
    rows = []
    for arm in _arms(figures):
        found = figures.message_cost(arm.id)
        if found is not None:
            rows.append((code(arm.id), *_message(found)))
    return table(headers, rows)


def splits(figures: SpeedFigures) -> str:
    """Where the CPU time of a room of 100 goes, at 65 % of the core."""
    headers = ("arm", "core used", "server, user", "server, system", "Redis", "PostgreSQL")
    rows = []
    for arm in _arms(figures):
        found = figures.split(_BUSY, arm.id)
        if found is not None:
            parts = (found.servers_user, found.servers_system, found.redis, found.postgresql)
            used = words.share(figures.share(_BUSY, arm.id))
            rows.append((code(arm.id), used, *(words.share(part) for part in parts)))
    return table(headers, rows)


def ledger(figures: SpeedFigures) -> str:
    """What became of every message, over all turns of all arms."""
    headers = ("load", "expected", "delivered", "lost", "duplicates", "reordered")
    turns: list[Slot | Window] = [*figures.slots, *figures.windows]
    rows = []
    for load, name in (*_NAMED, ("saturated", "overload")):
        counts = [turn.counts for turn in turns if turn.load == load]
        if counts:
            fields = ("expected", "delivered", "lost", "duplicates", "reordered")
            sums = (sum(getattr(each, field) for each in counts) for field in fields)
            rows.append((name, *map(count, sums)))
    return table(headers, rows)


def refused(figures: SpeedFigures) -> str:
    """The turns that do not count, by arm and reason."""
    turns: list[Slot | Window] = [*figures.slots, *figures.windows]
    found = [(turn, reason) for turn in turns if (reason := reason_of(turn)) is not None]
    kinds = Counter((turn.arm, turn.load, _without_figures(reason)) for turn, reason in found)
    rows = [(code(arm), load, reason, str(n)) for (arm, load, reason), n in kinds.items()]
    return text_table(("arm", "load", "reason", "turns"), rows)


def failed(figures: SpeedFigures) -> str:
    """The arms that could not be observed."""
    found = [each for each in figures.run.observations if isinstance(each, Failed)]
    return text_table(("arm", "reason"), [(code(each.arm), each.reason) for each in found])


def _without_figures(reason: str) -> str:
    return _FIGURE.sub("…", reason)


def _message(found: MessageCost) -> tuple[str, str, str]:
    check = found.checks[0].ratio if found.checks else None
    return words.difference(found.message), words.difference(found.delivery), words.ratio(check)


def _over_floor(figures: SpeedFigures, arm: ArmInfo) -> Estimate | None:
    floor = _FLOORS.get(arm.server)
    return None if floor in (None, arm.id) else figures.ratio(_BUSY, arm.id, str(floor))


def _arms(figures: SpeedFigures) -> list[ArmInfo]:
    return arranged(arm for arm in figures.run.info.arms if arm.id in figures.arms)
