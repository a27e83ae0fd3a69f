"""The tables of the page on speed: figures in, Markdown out."""

from bench.analysis.claims import Check
from bench.analysis.estimate import Estimate
from bench.analysis.message_cost import MessageCost
from bench.analysis.speed import Condition, SpeedFigures
from bench.envelope.run import ArmInfo
from bench.report.groups import arranged
from bench.report.markdown import code, table
from bench.report.speed import words

_FLOORS = {"uvicorn": "asgi-uvicorn", "daphne": "asgi-daphne"}
_HALF, _BUSY, _EQUAL, _FULL = ("35", 100), ("65", 100), ("equal", 100), ("saturated", 100)
_ALONE = ("35", 1)


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
                code(arm.id),
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
    loads = [load for load in ("35", "65", "equal") if any(w.load == load for w in figures.windows)]
    headers = ["arm"]
    for load in loads:
        name = "equal load" if load == "equal" else f"{load} %"
        headers += [f"{name}: p50", f"{name}: p99", f"{name}: messages"]
    rows = []
    for arm in _arms(figures):
        row = [code(arm.id)]
        for load in loads:
            windows = [w for w in figures.windows if w.arm == arm.id and w.load == load]
            count = sum(len(w.worst_us) for w in windows if w.refused is None)
            row += [
                words.percentile_ms(figures.latency(arm.id, load, 0.5)),
                words.percentile_ms(figures.latency(arm.id, load, 0.99)),
                str(count),
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


def targets(figures: SpeedFigures) -> str:
    """What this bench aims at, and what this run reached."""
    headers = ("target", "aimed at", "in this run", "met")
    quick = figures.run.info.profile == "quick"
    rows = [_width_row(figures, 0.05 if quick else 0.02)]
    rows += [_check_row(key, check) for key, check in figures.checks.items() if key == _BUSY]
    for name, above, below, limit in _RATIOS:
        for condition in (_HALF, _BUSY):
            found = figures.ratio(condition, above, below)
            title = f"{name}, {condition[0]} %"
            met = "" if found is None else _met(found.value <= limit)
            rows.append((title, f"≤ {limit:g}", words.ratio(found), met))
    return table(headers, rows)


_RATIOS = (
    ("FastAPI `tuned` ÷ raw ASGI", "fastapi-uvicorn-memory-tuned", "asgi-uvicorn", 1.15),
    ("FastAPI `standard` ÷ raw ASGI", "fastapi-uvicorn-memory", "asgi-uvicorn", 1.4),
    (
        "Channels `tuned` ÷ FastAPI `standard`, memory",
        "channels-uvicorn-memory-tuned",
        "fastapi-uvicorn-memory",
        1.1,
    ),
    (
        "Channels `tuned` ÷ FastAPI `standard`, Redis",
        "channels-uvicorn-redis-tuned",
        "fastapi-uvicorn-redis",
        1.2,
    ),
)


def _width_row(figures: SpeedFigures, limit: float) -> tuple[str, str, str, str]:
    widths = [case.case.ratio.half_width for v in figures.verdicts for case in v.cases]
    if not widths:
        return ("half width of the claims' intervals", f"±{100 * limit:g} %", words.NONE, "")
    widest = max(widths)
    reached = f"±{100 * min(widths):.1f} % to ±{100 * widest:.1f} %"
    aimed = f"±{100 * limit:g} %"
    return ("half width of the claims' intervals", aimed, reached, _met(widest <= limit))


def _check_row(condition: Condition, check: Check) -> tuple[str, str, str, str]:
    off = abs(check.ratio.value - 1)
    title = f"one arm measured as two, {condition[0]} %"
    return (title, "within 3 % of 1", words.ratio(check.ratio), _met(off <= 0.03))


def _met(met: bool) -> str:
    return "yes" if met else "no"


def _message(found: MessageCost) -> tuple[str, str, str]:
    check = found.checks[0].ratio if found.checks else None
    return words.difference(found.message), words.difference(found.delivery), words.ratio(check)


def _over_floor(figures: SpeedFigures, arm: ArmInfo) -> Estimate | None:
    floor = _FLOORS.get(arm.server)
    return None if floor in (None, arm.id) else figures.ratio(_BUSY, arm.id, str(floor))


def _arms(figures: SpeedFigures) -> list[ArmInfo]:
    return arranged(arm for arm in figures.run.info.arms if arm.id in figures.arms)
