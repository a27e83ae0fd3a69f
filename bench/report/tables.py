"""The tables of the comparison page: figures in, Markdown out."""

from collections.abc import Mapping, Sequence

from bench.analysis import wording
from bench.analysis.arms import floor_of
from bench.analysis.comparisons import METRICS, Analysis, Finding, Metric
from bench.analysis.figures import ArmFigures, LedgerTotals, generator_totals, ledgers
from bench.analysis.statistics import estimate_ratio
from bench.envelope.run import ArmInfo
from bench.envelope.runs import Ceiling, Cell, Failed, Run
from bench.report.groups import arranged
from bench.report.markdown import code, table, text_table

NONE = "—"
EXPERIMENT_NAMES = {
    "room": "room of 100",
    "echo": "alone in a room",
    "capacity": "capacity",
}
METRIC_NAMES: dict[Metric, str] = {
    "cpu": "CPU per delivery, room of 100",
    "cpu alone": "CPU per round trip, alone",
    "p99": "p99 latency, room of 100",
    "capacity": "capacity",
}


def cpu_table(run: Run, analysis: Analysis) -> str:
    """CPU per delivery and per round trip of every arm, beside the floor of its server."""
    headers = (
        "arm",
        "room of 100: µs per delivery",
        "× floor",
        "of it Redis",
        "alone: µs per round trip",
        "× floor",
        "n",
    )
    rows = []
    for arm in arranged(run.info.arms):
        room, echo = analysis.room.get(arm.id), analysis.echo.get(arm.id)
        if not room and not echo:
            continue
        counts = sorted({f.cpu_us.n for f in (room, echo) if f and f.cpu_us})
        rows.append(
            (
                code(arm.id),
                _cpu(room),
                _above_floor(arm, run.info.arms, analysis.room),
                wording.percent(room.redis_share) if room and room.redis_share else NONE,
                _cpu(echo),
                _above_floor(arm, run.info.arms, analysis.echo),
                "–".join(map(str, counts)) or NONE,
            )
        )
    return table(headers, rows)


def latency_table(run: Run, analysis: Analysis) -> str:
    """p50 and p99 at the equal load over all repeats, and the p99 of each repeat."""
    headers = (
        "arm",
        "room of 100: p50, ms",
        "p99, ms",
        "p99 of the repeats",
        "of one core",
        "alone: p50, ms",
        "p99, ms",
        "of one core",
    )
    rows = []
    for arm in arranged(run.info.arms):
        room, echo = analysis.room.get(arm.id), analysis.echo.get(arm.id)
        if room or echo:
            rows.append(
                (
                    code(arm.id),
                    *_latency(room),
                    _spread(room),
                    wording.percent(room.core_share) if room else NONE,
                    *_latency(echo),
                    wording.percent(echo.core_share) if echo else NONE,
                )
            )
    return table(headers, rows)


def capacity_table(run: Run, analysis: Analysis) -> str:
    """Deliveries a second at the service level, and the limit that ended the search."""
    rows = []
    for arm in arranged(run.info.arms):
        found = analysis.capacity.get(arm.id)
        if found:
            limits = ", ".join(found.limits) or "the last step passed"
            rows.append((code(arm.id), wording.capacity(found), limits, str(found.n)))
    return table(("arm", "deliveries a second", "ended by", "n"), rows)


def ledger_table(run: Run) -> str:
    """The ledger of all deliveries in the run, by arm and experiment."""
    headers = (
        "arm",
        "sent",
        "expected",
        "delivered",
        "lost",
        "by cause",
        "doubled",
        "reordered",
        "unexpected",
        "cut off",
    )
    parts = []
    for experiment, name in EXPERIMENT_NAMES.items():
        books = ledgers(run.cells, experiment)
        found = [(arm.id, books[arm.id]) for arm in arranged(run.info.arms) if arm.id in books]
        if found:
            rows = [(code(arm), *_ledger(book)) for arm, book in found]
            parts.append(f"**{name.capitalize()}**\n\n{table(headers, rows)}")
    return "\n\n".join(parts)


def pair_table(findings: Sequence[Finding]) -> str:
    """One row for each pair, one column for each metric."""
    lines: dict[tuple[str, str], dict[Metric, str]] = {}
    for found in findings:
        key = (found.pair.above.id, found.pair.below.id)
        lines.setdefault(key, {})[found.metric] = wording.finding(found)
    rows = [
        (f"{code(above)} ÷ {code(below)}", *(cells.get(metric, NONE) for metric in METRICS))
        for (above, below), cells in lines.items()
    ]
    return table(("pair", *(METRIC_NAMES[metric] for metric in METRICS)), rows)


def noise_table(analysis: Analysis) -> str:
    """The figures of the arm that was measured twice."""
    rows = [
        (
            METRIC_NAMES[noise.metric],
            code(noise.arm),
            wording.times(noise.ratio),
            wording.factor(noise.floor),
            str(noise.ratio.n),
        )
        for noise in analysis.noise
    ]
    return table(("figure", "arm", "second ÷ first", "at most, in one repeat", "n"), rows)


def generator_table(run: Run) -> str:
    """How near the generator was to its limit, by experiment."""
    rows = []
    for experiment, name in EXPERIMENT_NAMES.items():
        cells = [c for c in run.cells if c.experiment == experiment and c.valid]
        if cells:
            worst = generator_totals(cells)
            late = wording.milliseconds(worst.lateness_p99_us)
            rows.append((name, str(len(cells)), wording.percent(worst.busy), late))
    return table(("experiment", "cells", "busiest", "sends late, p99 of the worst, ms"), rows)


def ceiling_table(ceiling: Ceiling) -> str:
    """What this generator and the usual recipe receive from the C relay."""
    found = (
        ("this generator", ceiling.relay),
        ("this generator, where the server joins frames", ceiling.relay_joined),
        ("the usual recipe: a Locust user on websocket-client under gevent", ceiling.recipe),
    )
    rows = [
        (
            name,
            wording.number(rate.deliveries_per_core_s),
            wording.number(rate.deliveries_s) if rate.deliveries_s else NONE,
        )
        for name, rate in found
        if rate
    ]
    return table(("generator", "deliveries per second of its CPU", "deliveries a second"), rows)


def headroom(run: Run, analysis: Analysis) -> str | None:
    """One sentence: the generator's ceiling beside the largest rate that a chat carried."""
    chats = [arm.id for arm in run.info.arms if arm.kind == "chat" and arm.id in analysis.capacity]
    best = max(chats, key=lambda arm: (analysis.capacity[arm].value, arm), default=None)
    if run.info.ceiling is None or best is None or not analysis.capacity[best].value:
        return None
    most = analysis.capacity[best].value
    ratio = wording.factor(run.info.ceiling.relay.deliveries_per_core_s / most)
    return (
        f"The largest rate that a chat carried here is {wording.number(most)} deliveries a second "
        f"({code(best)}): with one core the generator receives {ratio} times as many."
    )


def refused_table(cells: Sequence[Cell]) -> str:
    """The cells without published figures, with the reasons."""
    rows = [
        (
            EXPERIMENT_NAMES[cell.experiment],
            code(cell.arm),
            str(cell.repeat),
            _reason(cell),
        )
        for cell in sorted(cells, key=lambda c: (c.experiment, c.arm, c.repeat))
        if not cell.valid
    ]
    return text_table(("experiment", "arm", "repeat", "refused because"), rows)


def _reason(cell: Cell) -> str:
    failed = cell.result.reason if isinstance(cell.result, Failed) else None
    reason = cell.refused or failed or "no reason was written"
    return f"{reason} ({failed})" if failed and failed not in reason else reason


def _cpu(figure: ArmFigures | None) -> str:
    return wording.measured(figure.cpu_us) if figure and figure.cpu_us else NONE


def _above_floor(arm: ArmInfo, arms: Sequence[ArmInfo], figures: Mapping[str, ArmFigures]) -> str:
    floor = floor_of(arm, arms)
    if floor is None or floor.id not in figures or arm.id not in figures or arm == floor:
        return NONE
    above, below = figures[arm.id], figures[floor.id]
    if above.load != below.load:
        return NONE
    ratio = estimate_ratio(above.cpu_by_repeat, below.cpu_by_repeat)
    return (
        f"{wording.factor(ratio.value)}{wording.interval(ratio.low, ratio.high)}" if ratio else NONE
    )


def _latency(figure: ArmFigures | None) -> tuple[str, str]:
    if not figure or not figure.latency:
        return (NONE, NONE)
    pooled = figure.latency
    return (wording.milliseconds(pooled.p50), wording.milliseconds(pooled.p99))


def _spread(figure: ArmFigures | None) -> str:
    if not figure or not figure.p99_by_repeat:
        return NONE
    found = figure.p99_by_repeat.values()
    return f"{wording.milliseconds(min(found))} to {wording.milliseconds(max(found))}"


def _ledger(book: LedgerTotals) -> tuple[str, ...]:
    causes = ", ".join(f"{cause} {wording.count(number)}" for cause, number in book.causes)
    balance = "" if book.balanced else " (does not balance)"
    counts = (book.duplicates, book.reordered, book.unexpected, book.disconnects)
    return (
        wording.count(book.sent),
        wording.count(book.expected),
        wording.count(book.delivered) + balance,
        wording.count(book.lost),
        causes or NONE,
        *map(wording.count, counts),
    )


def load_lines(run: Run) -> list[str]:
    """The load of each experiment in words; more than one line if arms differ."""
    lines = []
    for experiment, name in EXPERIMENT_NAMES.items():
        cells = [c for c in run.cells if c.experiment == experiment]
        loads = sorted({_load(cell) for cell in cells})
        lines += [f"{name}: {load}" for load in loads]
    return lines


def _load(cell: Cell) -> str:
    load = cell.load
    people = f"{load.users} members, {load.room_size} to a room, {load.payload} bytes of text"
    if cell.experiment == "capacity":
        return f"{people}, rising in steps around the rate that the arm's CPU per delivery predicts"
    deliveries = load.users * load.rate * min(load.room_size, load.users)
    rate = f"{load.rate:g} messages a second each"
    return f"{people}, {rate}, so {wording.number(deliveries)} deliveries a second"
