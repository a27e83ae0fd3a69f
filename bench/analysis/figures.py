"""The figures of each arm in one experiment, over its valid repeats."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.histograms import Pooled, pool
from bench.analysis.statistics import Estimate, estimate_median
from bench.envelope.runs import SECOND, Cell, Load, Measured, ReportError, Step, StepCpu

US = 1e6  # µs in a second


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """Deliveries of all repeats. A balanced ledger has `expected` = `delivered` + `lost`."""

    sent: int
    expected: int
    delivered: int
    lost: int
    duplicates: int
    reordered: int
    unexpected: int
    causes: tuple[tuple[str, int], ...]
    balanced: bool
    disconnects: int


@dataclass(frozen=True, slots=True)
class GeneratorTotals:
    """How near the generator was to the generator's limit, in the worst of all steps."""

    busy: float
    lateness_p99_us: float


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """One arm in one experiment. Pairs of arms are compared by the `by_repeat` maps."""

    arm: str
    load: Load
    cpu_us: Estimate | None
    cpu_by_repeat: dict[int, float]
    redis_share: float
    core_share: float
    latency: Pooled | None
    p99_us: Estimate | None
    p99_by_repeat: dict[int, float]
    ledger: LedgerTotals
    generator: GeneratorTotals


def steps_of(cell: Cell) -> Sequence[Step]:
    """The steps of a cell; empty if the cell has no result."""
    return cell.result.steps if isinstance(cell.result, Measured) else ()


def by_arm(cells: Iterable[Cell], experiment: str) -> dict[str, list[Cell]]:
    """The valid cells of an experiment by arm, each sorted by repeat; `#2` is an arm of its own."""
    arms: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.experiment == experiment and cell.valid:
            arms[cell.arm].append(cell)
    return {arm: sorted(found, key=lambda cell: cell.repeat) for arm, found in arms.items()}


def figures(cells: Sequence[Cell], experiment: str) -> dict[str, ArmFigures]:
    """The figures of every arm in an experiment of one load, by arm."""
    return {arm: _arm_figures(arm, found) for arm, found in by_arm(cells, experiment).items()}


def ledgers(cells: Sequence[Cell], experiment: str) -> dict[str, LedgerTotals]:
    """The ledger of every arm in one experiment, with the arm's second measurement (`#2`)."""
    totals: dict[str, list[Cell]] = defaultdict(list)
    for arm, found in by_arm(cells, experiment).items():
        totals[arm.removesuffix(SECOND)].extend(found)
    return {arm: _ledger(found) for arm, found in totals.items()}


def _arm_figures(arm: str, cells: Sequence[Cell]) -> ArmFigures:
    cpu = {cell.repeat: value for cell in cells if (value := _cpu_us(cell)) is not None}
    p99 = {
        cell.repeat: max(step.latency_us.p99 for step in steps_of(cell))
        for cell in cells
        if all(step.latency_us.count for step in steps_of(cell))
    }
    return ArmFigures(
        arm=arm,
        load=cells[0].load,
        cpu_us=estimate_median(cpu.values()) if cpu else None,
        cpu_by_repeat=cpu,
        redis_share=_redis_share(cells),
        core_share=_core_share(cells),
        latency=_latency(cells),
        p99_us=estimate_median(p99.values()) if p99 else None,
        p99_by_repeat=p99,
        ledger=_ledger(cells),
        generator=generator_totals(cells),
    )


def _cpu_us(cell: Cell) -> float | None:
    """CPU of all server processes, Redis and PostgreSQL per delivery, in µs."""
    delivered = sum(step.delivered_in_window for step in steps_of(cell))
    seconds = _cpu_s(cell)
    return seconds * US / delivered if delivered and seconds > 0 else None


def _cpu_s(cell: Cell) -> float:
    return sum(map(_used_s, cell.cpu))


def _used_s(used: StepCpu) -> float:
    return used.servers_s + (used.redis_s or 0.0) + (used.postgresql_s or 0.0)


def _core_share(cells: Iterable[Cell]) -> float:
    """The share of one core that servers and engines used in the busiest repeat.

    A share near 1 is overload.
    """
    return max(_cpu_s(cell) / sum(step.seconds for step in steps_of(cell)) for cell in cells)


def _redis_share(cells: Iterable[Cell]) -> float:
    """Redis' share of the CPU time, 0 to 1."""
    used = [part for cell in cells for part in cell.cpu]
    redis = sum(part.redis_s or 0.0 for part in used)
    total = sum(map(_used_s, used))
    return redis / total if total else 0.0


def _latency(cells: Sequence[Cell]) -> Pooled | None:
    try:
        return pool(step.latency_us.hdr for cell in cells for step in steps_of(cell))
    except ValueError as error:
        name = f"{cells[0].experiment} of {cells[0].arm}"
        raise ReportError(f"The latencies of {name} are unreadable: {error}.") from error


def _ledger(cells: Iterable[Cell]) -> LedgerTotals:
    steps = [step for cell in cells for step in steps_of(cell)]
    causes: dict[str, int] = defaultdict(int)
    for step in steps:
        for cause, count in step.ledger.lost_by_cause.items():
            causes[cause] += count
    return LedgerTotals(
        sent=sum(step.sent for step in steps),
        expected=sum(step.expected for step in steps),
        delivered=sum(step.ledger.delivered for step in steps),
        lost=sum(step.ledger.lost for step in steps),
        duplicates=sum(step.ledger.duplicates for step in steps),
        reordered=sum(step.ledger.reordered for step in steps),
        unexpected=sum(step.ledger.unexpected for step in steps),
        causes=tuple(sorted((cause, count) for cause, count in causes.items() if count)),
        balanced=all(step.ledger.balanced for step in steps),
        disconnects=sum(
            len(cell.result.disconnects) for cell in cells if isinstance(cell.result, Measured)
        ),
    )


def generator_totals(cells: Iterable[Cell]) -> GeneratorTotals:
    """The generator's worst values over all steps of these cells."""
    steps = [step for cell in cells for step in steps_of(cell)]
    return GeneratorTotals(
        busy=max((step.generator.busy for step in steps), default=0.0),
        lateness_p99_us=max((step.lateness_us.p99 for step in steps), default=0.0),
    )
