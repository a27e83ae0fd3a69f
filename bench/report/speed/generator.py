"""Whether the load generator was the limit."""

from bench.analysis.speed import SpeedFigures
from bench.analysis.wording import factor, milliseconds, number, percent
from bench.envelope.ceiling import CeilingFound
from bench.envelope.observation import Load
from bench.envelope.speed import Slot, Window
from bench.report.markdown import code, table
from bench.report.speed import words

_LOADS: tuple[tuple[Load, str], ...] = (
    ("35", "35 % of a core"),
    ("65", "65 % of a core"),
    ("equal", "equal load"),
    ("saturated", "overload"),
)


def table_of(figures: SpeedFigures) -> str:
    """The generator's CPU and lateness in the turns that count."""
    rows = []
    for load, name in _LOADS:
        every: list[Slot | Window] = [*figures.slots, *figures.windows]
        turns = [turn for turn in every if turn.load == load and turn.refused is None]
        if turns:
            busiest = max(turns, key=_busy)
            late = max(turn.generator.late_p99_us for turn in turns)
            cells = (code(busiest.arm), percent(_busy(busiest)), f"{milliseconds(late)} ms")
            rows.append((name, *cells))
    headers = ("load", "arm of the busiest turn", "busy, of one core", "largest lateness, p99")
    return table(headers, rows, words=2)


def ceilings(found: CeilingFound) -> str:
    """What the generator receives from the C relay, beside the usual recipe."""
    rates = (
        ("this generator", found.relay),
        ("this generator, where the server joins frames", found.relay_joined),
        ("the usual recipe: a Locust user on websocket-client under gevent", found.recipe),
    )
    rows = [
        (
            name,
            number(rate.deliveries_per_core_s),
            words.NONE if rate.deliveries_s is None else number(rate.deliveries_s),
        )
        for name, rate in rates
        if rate is not None
    ]
    return table(("generator", "deliveries/s per core", "deliveries/s sustained"), rows)


def times_the_fastest(figures: SpeedFigures, found: CeilingFound) -> float | None:
    """The generator's ceiling divided by what the fastest chat carries at a whole core."""
    fastest = _fastest(figures)
    return None if fastest is None else found.relay.deliveries_per_core_s / fastest[1]


def headroom(figures: SpeedFigures, found: CeilingFound | None) -> str:
    """One sentence: the generator's ceiling beside the largest rate that a chat carried."""
    fastest = _fastest(figures)
    if found is None or fastest is None:
        return ""
    arm, rate = fastest
    times = factor(found.relay.deliveries_per_core_s / rate)
    return (
        f"The fastest chat, {code(arm)}, carries {number(rate)} deliveries a second with one core: "
        f"with one core the generator receives {times} times as many."
    )


def _fastest(figures: SpeedFigures) -> tuple[str, float] | None:
    """The chat that carries most deliveries a second at a whole core, with this number."""
    rates = {
        arm.id: 1e6 / cost.value
        for arm in figures.run.info.arms
        if arm.kind == "chat" and (cost := figures.cost(("saturated", 100), arm.id)) is not None
    }
    return max(rates.items(), key=lambda each: each[1]) if rates else None


def _busy(turn: Slot | Window) -> float:
    seconds = turn.elapsed_s if isinstance(turn, Slot) else turn.seconds
    return turn.generator.cpu_s / seconds if seconds else 0.0
