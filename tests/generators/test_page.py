"""What is found in made-up rounds, and what the page says of it."""

import math
import random
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from bench.analysis.generators import carried, missed, paired, reported, verdict
from bench.envelope.generators import (
    CapacityStep,
    GeneratorCapacity,
    GeneratorEntry,
    GeneratorLatency,
    GeneratorLoss,
    Tool,
)
from bench.report.generators import render_generators
from tests.report import synthetic

PAGE = Path("docs") / "generators.md"
CHAT, FLOOR, TUTORIAL = (
    "channels-uvicorn-memory",
    "picows",
    "channels-uvicorn-memory-tutorial",
)
ROUNDS = range(1, 7)


def latency(
    number: int, tool: Tool, mean_us: float, arm: str = CHAT, late_us: float | None = 100.0
) -> GeneratorLatency:
    return GeneratorLatency(
        experiment="generators",
        arm=arm,
        at_s=0.0,
        round=number,
        tool=tool,
        load="alone" if arm == FLOOR or late_us is None else "rooms",
        rate=150.0,
        deliveries=4500,
        mean_us=mean_us,
        p50_us=mean_us,
        p99_us=4 * mean_us,
        cpu_s=0.1 if tool == "ours" else 0.4,
        late_us=late_us,
        lost=None if late_us is None else 0,
    )


def capacity(number: int, tool: Tool, highest: float, why: str | None = None) -> GeneratorCapacity:
    return GeneratorCapacity(
        experiment="generators",
        arm=CHAT,
        at_s=0.0,
        round=number,
        tool=tool,
        highest=highest,
        steps=[CapacityStep(highest, 50_000.0, 0, 0.3)],
        refused=why,
    )


def made_up(
    times: float = 1.0,
    spread: float = 0.01,
    relay_more_us: float = 100.0,
    carries: float = 1.0,
    why: str | None = None,
) -> list[GeneratorEntry]:
    """The independent client reports `times` our 5 ms, and `relay_more_us` more at the relay."""
    chance = random.Random(3)

    def noise() -> float:
        return math.exp(chance.gauss(0, spread))

    found: list[GeneratorEntry] = []
    for each in ROUNDS:
        found += [latency(each, "ours", 5000 * noise())]
        found += [latency(each, "independent", 5000 * times * noise())]
        found += [latency(each, "ours", 300, FLOOR)]
        found += [latency(each, "independent", 300 + relay_more_us, FLOOR)]
        found += [capacity(each, "ours", 400 * noise())]
        found += [capacity(each, "independent", 400 * carries * noise(), why)]
        found += list(losses(each))
    return found


def losses(number: int, dropped: int = 800) -> Iterable[GeneratorLoss]:
    for by, missing in (("loss", dropped + number), ("independent", dropped - number)):
        yield GeneratorLoss(
            experiment="generators",
            arm=TUTORIAL,
            at_s=0.0,
            round=number,
            by="loss" if by == "loss" else "independent",
            case="many texts, reader stops",
            sent=5000,
            missing={"sender": 0, "other": 0, "reader": missing},
            dropped=dropped - number,
        )


def page(tmp_path: Path, found: Iterable[GeneratorEntry]) -> str:
    synthetic.write_run(tmp_path, "generators", [CHAT, FLOOR, TUTORIAL], found)
    return render_generators(tmp_path)[PAGE]


@pytest.mark.parametrize(
    ("times", "spread", "expected"),
    [
        (1.0, 0.02, "agree"),
        (1.06, 0.005, "same"),
        (1.3, 0.02, "differ"),
        (0.7, 0.02, "differ"),
        (1.0, 0.8, "noisy"),
    ],
)
def test_a_verdict_follows_the_interval(times: float, spread: float, expected: str) -> None:
    found = reported(made_up(times, spread))
    (other,) = (each for each in found if each.tool == "independent" and each.arm == CHAT)
    assert verdict(other.mean) == expected
    assert other.mean is not None
    assert other.mean.contains(times)


def test_a_ratio_is_paired_over_rounds() -> None:
    drift = {number: 2.0**number for number in ROUNDS}
    twice = {number: 2 * each for number, each in drift.items()}
    found = paired(twice, drift)
    assert found is not None
    assert found.value == pytest.approx(2.0)
    assert found.high == pytest.approx(2.0)
    assert paired({1: 1.0, 2: 1.0}, {2: 1.0, 3: 1.0}) is None
    assert verdict(None) == "noisy"


def test_times_from_the_send_are_compared_with_ours_from_the_send() -> None:
    found = [latency(each, "ours", 300, FLOOR, 100.0) for each in ROUNDS]
    found += [latency(each, "tsung", 240, FLOOR, None) for each in ROUNDS]
    (other,) = (each for each in reported(found) if each.tool == "tsung")
    assert other.from_send
    assert other.p99 is None
    assert other.mean is not None
    assert other.mean.value == pytest.approx(1.2)
    assert other.more_us == pytest.approx(40)


def test_a_window_in_which_the_tool_was_the_limit_does_not_count() -> None:
    busy = msgspec.structs.replace(latency(7, "independent", 90_000.0), refused="busy")
    (other,) = (
        each
        for each in reported([*made_up(), busy])
        if each.tool == "independent" and each.arm == CHAT
    )
    assert other.refused == 1
    assert other.mean_us < 6000


def test_capacity_and_loss_are_compared() -> None:
    (rate,) = carried(made_up(carries=1.2))
    assert rate.ratio is not None
    assert rate.ratio.contains(1.2)
    assert verdict(rate.ratio) == "differ"
    (lost,) = missed(made_up())
    assert lost.exact == {"loss": 0, "independent": len(ROUNDS)}
    assert lost.ratio is not None
    assert verdict(lost.ratio) == "same"


def test_the_page_says_yes_if_all_agree(tmp_path: Path) -> None:
    text = page(tmp_path, made_up())
    assert "\n**Yes.**\n" in text
    assert "**Latency: agree within the interval.**" in text
    assert f"**Capacity of `{CHAT}`: agree within the interval.**" in text
    assert f"**Loss in `{TUTORIAL}`: the same within 10 %.**" in text
    assert "in 6 of 6 rounds exactly" in text
    assert "one core of ours takes 4.00 times as many as the independent client" in text
    assert "Why some figures differ" not in text
    assert "It was not installed for this run" in text


@pytest.mark.parametrize(
    ("relay_more_us", "words"),
    [
        (1200.0, "80 % of the difference is the time of the tools"),
        (100.0, "the tools' own time does not explain the difference"),
    ],
)
def test_a_difference_is_explained_by_the_relay_or_not(
    relay_more_us: float, words: str, tmp_path: Path
) -> None:
    text = page(tmp_path, made_up(times=1.3, spread=0.0, relay_more_us=relay_more_us))
    assert "\n**Not everywhere.**\n" in text
    assert f"**The independent client** at `{CHAT}`, rooms of ten: 1.50 ms more" in text
    assert "and it sends 0 ms later" in text
    assert words in text


def test_a_client_that_cannot_ask_for_more_gives_no_capacity(tmp_path: Path) -> None:
    text = page(tmp_path, made_up(why="the generator was the limit: it used 95% of one core"))
    assert (
        f"**Capacity of `{CHAT}`: not comparable** (the independent client: the generator" in text
    )
    assert "Ours finds 400 messages a second." in text
    assert "\n**Yes, where both can measure it.**\n" in text


def test_without_a_run_the_page_reads_well(tmp_path: Path) -> None:
    text = render_generators(tmp_path)[PAGE]
    assert "Not measured yet: `chatbench run --experiment generators`." in text
    assert "Tsung" in text
    assert "\n\n\n" not in text


def test_one_round_that_does_not_count_leaves_the_other_rounds(tmp_path: Path) -> None:
    found = [*made_up(), capacity(7, "independent", 900.0, "it was late"), capacity(7, "ours", 400)]
    text = page(tmp_path, found)
    assert f"**Capacity of `{CHAT}`: agree within the interval.**" in text
    assert "Rounds that do not count: the independent client: it was late." in text


def test_without_a_loss_there_is_nothing_to_compare(tmp_path: Path) -> None:
    found = [each for each in made_up() if not isinstance(each, GeneratorLoss)]
    none = [msgspec.structs.replace(each, missing={"reader": 0}) for each in losses(1)]
    text = page(tmp_path, [*found, *none])
    assert f"**Loss in `{TUTORIAL}`:** nothing was lost in this run." in text
