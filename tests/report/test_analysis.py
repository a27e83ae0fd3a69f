"""Figures, capacities and comparisons of the stored run, whose answers are known."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.analysis import wording
from bench.analysis.arms import floor_of, pairs
from bench.analysis.capacity import Capacity, capacities, quotient
from bench.analysis.comparisons import Finding, Metric, analyse
from bench.analysis.figures import figures, ledgers
from bench.analysis.histograms import pool
from bench.analysis.verdicts import verdicts
from bench.envelope.runs import ReportError, Run, read_run
from bench.report.drawings import charts
from tests.report import synthetic


def altered(directory: Path, change: Callable[[dict[str, Any]], object]) -> Run:
    """The stored run with every cell passed through `change`."""
    cells = synthetic.cells()
    for cell in cells:
        change(cell)
    return read_run(synthetic.write(directory / "run", None, cells))


def find(run: Run, above: str, below: str, metric: Metric) -> Finding:
    found = [
        finding
        for finding in analyse(run).findings
        if (finding.pair.above.id, finding.pair.below.id) == (above, below)
        and finding.metric == metric
    ]
    assert len(found) == 1
    return found[0]


def test_cpu_per_delivery_is_the_median_of_the_repeats(stored: Run) -> None:
    found = figures(stored.cells, "room")["channels-uvicorn-memory"]
    assert found.cpu_by_repeat == pytest.approx({0: 72.0, 1: 80.0, 2: 96.0})
    assert found.cpu_us is not None
    assert found.cpu_us.value == pytest.approx(80.0)
    assert found.cpu_us.n == 3
    assert found.core_share == pytest.approx(96.0 * 4000 / 1e6)


def test_cpu_has_redis_in_it(stored: Run) -> None:
    found = figures(stored.cells, "room")["fastapi-uvicorn-redis"]
    assert found.cpu_by_repeat[1] == pytest.approx(9.6)
    assert found.redis_share == pytest.approx(0.1)


def test_latencies_of_the_repeats_are_added_not_averaged(stored: Run) -> None:
    """A tenth of each repeat is at 28.8, 32 and 38.4 ms: the pooled p99 is the slowest's."""
    found = figures(stored.cells, "room")["channels-uvicorn-memory"].latency
    assert found is not None
    assert found.p99 == pytest.approx(38_400, rel=1e-3)
    assert found.p50 == pytest.approx(8_000, rel=1e-3)
    assert found.count == 12_000


def test_no_histogram_has_no_percentile() -> None:
    assert pool([]) is None


@pytest.mark.parametrize("broken", ["", "!", "AAAA", "HISTFAAAACh4nJNpmSzMwMDAwQABzFCaEU"])
def test_a_histogram_that_cannot_be_decoded(broken: str) -> None:
    with pytest.raises(ValueError, match="a histogram cannot be decoded"):
        pool([broken])


def test_a_broken_histogram_is_one_sentence_with_its_arm(tmp_path: Path) -> None:
    def spoil(cell: dict[str, Any]) -> None:
        if cell["arm"] == "picows":
            cell["result"]["steps"][0]["latency_us"]["hdr"] = "AAAA"

    with pytest.raises(ReportError) as caught:
        analyse(altered(tmp_path, spoil))
    start = "The latencies of room of picows are unreadable: a histogram cannot be decoded"
    assert str(caught.value).startswith(start)


def test_both_measurements_of_the_arm_measured_twice_are_in_its_ledger(stored: Run) -> None:
    books = ledgers(stored.cells, "room")
    assert books["fastapi-uvicorn-memory"].expected == 24_000
    assert books["channels-uvicorn-memory"].expected == 12_000


def test_losses_are_summed_by_cause(tmp_path: Path) -> None:
    def lose(cell: dict[str, Any]) -> None:
        if cell["arm"] == "picows" and cell["experiment"] == "room":
            rate = cell["repeat"] + 1
            cell["result"]["steps"] = [synthetic.step(0.4, 4000, 1, 100, lost=rate)]

    book = ledgers(altered(tmp_path, lose).cells, "room")["picows"]
    assert (book.expected, book.delivered, book.lost) == (12_000, 11_994, 6)
    assert book.causes == (("no_cause_known", 6),)


def test_a_refused_cell_is_in_no_figure(tmp_path: Path) -> None:
    def refuse(cell: dict[str, Any]) -> None:
        if cell["repeat"] == 2:
            cell.update(valid=False, refused="the generator was the limit")

    found = figures(altered(tmp_path, refuse).cells, "room")["channels-uvicorn-memory"]
    assert sorted(found.cpu_by_repeat) == [0, 1]
    assert found.ledger.expected == 8_000


def test_capacity_lies_between_the_step_that_passed_and_the_one_that_failed(stored: Run) -> None:
    assert capacities(stored.cells)["channels-uvicorn-memory"] == Capacity(
        value=4000, low=4000, high=16_000, limits=("p99",), n=1
    )


def test_capacity_is_at_least_the_last_step_where_none_failed(stored: Run) -> None:
    found = capacities(stored.cells)["fastapi-uvicorn-memory"]
    assert (found.value, found.high, found.limits) == (64_000, None, ())


@pytest.mark.parametrize(
    ("path", "value"), [(("generator", "busy"), 0.97), (("lateness_us", "p99"), 90_000)]
)
def test_a_step_limited_by_the_generator_is_no_limit(
    tmp_path: Path, path: tuple[str, str], value: float
) -> None:
    def spoil(cell: dict[str, Any]) -> None:
        if cell["experiment"] == "capacity":
            cell["result"]["steps"][-1][path[0]][path[1]] = value

    found = capacities(altered(tmp_path, spoil).cells)["channels-uvicorn-memory"]
    assert (found.value, found.high, found.limits) == (4000, None, ("generator",))


def test_a_slow_step_below_a_passed_one_is_ignored(tmp_path: Path) -> None:
    def slow(cell: dict[str, Any]) -> None:
        if cell["experiment"] == "capacity":
            cell["result"]["steps"][0]["latency_us"]["p99"] = 500_000.0

    expected = capacities(altered(tmp_path / "as it was", lambda _: None).cells)["picows"]
    assert capacities(altered(tmp_path / "slow", slow).cells)["picows"] == expected


def test_a_loss_ends_the_search(tmp_path: Path) -> None:
    def lose(cell: dict[str, Any]) -> None:
        if cell["experiment"] == "capacity":
            cell["result"]["steps"][0] = synthetic.step(0.1, 1000, 1, 100, lost=1)

    found = capacities(altered(tmp_path, lose).cells)["picows"]
    assert (found.value, found.low, found.high, found.limits) == (0, 0, 1000, ("loss",))
    assert wording.capacity(found) == f"not the first step, below 1{wording.THIN}000"


def test_an_arm_that_does_not_pass_the_first_step_is_named(tmp_path: Path) -> None:
    """In the verdict and in the chart: what is left out silently would flatter it."""

    def lose(cell: dict[str, Any]) -> None:
        if cell["experiment"] == "capacity" and cell["arm"] == "channels-uvicorn-memory":
            cell["result"]["steps"][0] = synthetic.step(0.1, 1000, 1, 100, lost=1)

    run = altered(tmp_path, lose)
    analysis = analyse(run)
    verdict = next(v for v in verdicts(analysis, run.info.arms) if v.key == "capacity")
    named = "uvicorn, in memory: channels-uvicorn-memory did not pass the first step"
    assert verdict.figures.endswith(f"; not compared: {named}")
    rows = charts(run.info.arms, analysis)["capacity"].rows
    assert [row.text for row in rows if row.below] == [f"< 1{wording.THIN}000"]


def test_quotients_of_brackets() -> None:
    four, open_ended = Capacity(4, 4, 8, (), 1), Capacity(32, 32, None, (), 1)
    found = quotient(open_ended, four)
    assert found is not None
    assert (found.value, found.low, found.high) == (8, 4, None)
    assert wording.times(found) == "at least 4.00 times"
    assert wording.times(found.inverse) == "at most 0.25 times"
    nothing = replace(four, value=0.0, low=0.0)
    assert quotient(four, nothing) is None


def test_the_same_server_and_fanout_is_compared_between_the_frameworks(stored: Run) -> None:
    found = find(stored, "channels-uvicorn-memory", "fastapi-uvicorn-memory", "cpu")
    assert found.more
    assert wording.finding(found) == "10.0 times [10.0, 10.0]"


def test_a_pair_differs_in_one_thing(stored: Run) -> None:
    for pair in pairs(stored.info.arms):
        a, b = pair.above, pair.below
        differs = [
            name
            for name in ("framework", "server", "fanout", "variant")
            if getattr(a, name) != getattr(b, name)
        ]
        expected = {"framework": "framework", "server": "server"}
        if pair.group in expected:
            assert expected[pair.group] in differs
        # The layer that is nearest to FastAPI's Redis fan-out has another name; `tuned` has none.
        exempt = a.fanout == "pubsub" or a.variant == "tuned"
        assert len(differs) == 1 or (pair.group == "framework" and exempt)


def test_no_pair_is_compared_twice(stored: Run) -> None:
    found = [frozenset((pair.above.id, pair.below.id)) for pair in pairs(stored.info.arms)]
    assert len(found) == len(set(found))


def test_every_server_has_its_floor(stored: Run) -> None:
    arms = {arm.id: arm for arm in stored.info.arms}
    floors = {arm.server: floor_of(arm, arms.values()) for arm in arms.values()}
    names = {server: floor.id if floor else None for server, floor in floors.items()}
    assert names == {"daphne": "asgi-daphne", "uvicorn": "asgi-uvicorn", "picows": None}


def test_the_floor_of_the_noise_is_the_worst_repeat(stored: Run) -> None:
    noise = {found.metric: found for found in analyse(stored).noise}
    assert sorted(noise) == ["cpu", "cpu alone", "p99"]
    assert noise["cpu"].floor == pytest.approx(1 / 0.98)
    assert noise["cpu"].ratio.value == pytest.approx((1.02 * 0.98 * 1.01) ** (1 / 3))


def _scaled(arm: str, *factors: float) -> Callable[[dict[str, Any]], object]:
    def scale(cell: dict[str, Any]) -> None:
        if cell["arm"] == arm and cell["experiment"] == "room":
            for used in cell["cpu"]:
                used["servers_s"] *= factors[cell["repeat"]]

    return scale


def test_a_difference_inside_the_noise_is_not_shown(tmp_path: Path) -> None:
    """asgi-daphne's 8 µs are FastAPI's on uvicorn: make FastAPI on Daphne cost 1 % more."""
    run = altered(tmp_path, _scaled("fastapi-daphne-memory", 0.808, 0.808, 0.808))
    found = find(run, "fastapi-daphne-memory", "fastapi-uvicorn-memory", "cpu")
    assert not found.shown
    assert wording.finding(found) == "no difference shown: 1.01 times [1.01, 1.01]"


def test_a_difference_whose_interval_includes_one_is_not_shown(tmp_path: Path) -> None:
    run = altered(tmp_path, _scaled("fastapi-daphne-memory", 0.7, 0.9, 1.1))
    found = find(run, "fastapi-daphne-memory", "fastapi-uvicorn-memory", "cpu")
    assert found.value is not None
    assert found.value.value > 1.1
    assert not found.shown
    assert wording.finding(found).startswith("no difference shown: 1.1")


def test_unequal_loads_are_not_compared(tmp_path: Path) -> None:
    def slower(cell: dict[str, Any]) -> None:
        if cell["arm"] == "fastapi-daphne-memory":
            cell["load"]["rate"] = 0.2

    run = altered(tmp_path, slower)
    found = find(run, "fastapi-daphne-memory", "fastapi-uvicorn-memory", "cpu")
    assert wording.finding(found) == "not compared: the loads differ"


def test_an_arm_without_a_valid_cell_is_named(tmp_path: Path) -> None:
    def refuse(cell: dict[str, Any]) -> None:
        if cell["arm"] == "fastapi-uvicorn-redis":
            cell.update(valid=False, refused="no Redis")

    run = altered(tmp_path, refuse)
    found = find(run, "channels-uvicorn-redis", "fastapi-uvicorn-redis", "cpu")
    assert wording.finding(found) == "not compared: no valid cell of fastapi-uvicorn-redis"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (0.00012, "0.000120"),
        (0.01234, "0.0123"),
        (1.5, "1.50"),
        (9.996, "10.0"),
        (12, "12.0"),
        (99.96, "100"),
        (123.4, "123"),
        (999.6, f"1{wording.THIN}000"),
        (12_345, f"12{wording.THIN}300"),
        (1_234_567, f"1{wording.THIN}230{wording.THIN}000"),
    ],
)
def test_three_significant_digits(value: float, expected: str) -> None:
    assert wording.number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0123, "0.012"), (0.5, "0.50"), (9.994, "9.99"), (9.996, "10.0"), (123.4, "123")],
)
def test_quotients_are_rounded_by_their_size(value: float, expected: str) -> None:
    assert wording.factor(value) == expected
