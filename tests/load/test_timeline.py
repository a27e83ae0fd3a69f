"""The points of a run: counts and latencies of each interval alone, and the processes' use."""

import os

import numpy as np
import psutil
import pytest

from bench.load.live import Report
from bench.load.suite import thresholds, timeline
from bench.load.suite.processes import ProcessMeter, Usage
from bench.load.suite.tab import in_ms
from bench.load.suite.timeline import Timeline


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def report(latencies_us: list[int], **counts: int) -> Report:
    made = Report(busy=0.25)
    made.latency.record(np.array(latencies_us, dtype=np.int64))
    for name, number in counts.items():
        setattr(made.tally, name, number)
    return made


def test_a_point_has_its_interval_alone() -> None:
    clock = Clock()
    points = Timeline(1.0, clock)
    assert not points.due()
    clock.now += 2
    assert points.due()
    points.add(report([1000] * 10, sent=1, expected=10, delivered=10), Usage())
    clock.now += 1
    later = report([1000] * 10 + [9000] * 5, sent=3, expected=20, delivered=15, lost=2)
    points.add(later, Usage({"servers": 0.3}, {"servers": 2**20}))
    first, second = points.points
    assert (first.at_s, first.sent, first.delivered, first.p50) == (2, 0.5, 5, 1000)
    assert (second.at_s, second.sent, second.expected, second.delivered) == (3, 2, 10, 5)
    assert second.p50 == pytest.approx(9000, rel=0.001)
    assert (second.lost, second.generator) == (2, 0.25)
    assert second.cpu_per_delivery_us == pytest.approx(60_000)
    points.begin()
    assert (points.points, points.run) == ([], 2)


def test_a_long_run_keeps_its_worst_latencies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "KEPT", 4)
    clock = Clock()
    points = Timeline(1.0, clock)
    latencies: list[int] = []
    for number in range(1, 6):
        clock.now += 1
        latencies += [number * 100] * 10
        points.add(report(latencies, delivered=10 * number), Usage())
    assert points.merged == 1
    assert [point.p50 for point in points.points] == [200, 400, 500]
    assert [point.at_s for point in points.points] == [2, 4, 5]
    assert [point.delivered for point in points.points] == [10, 10, 10]
    clock.now += 1
    assert not points.due()


def test_a_meter_sees_the_cpu_of_this_process() -> None:
    meter = ProcessMeter({"servers": [os.getpid()]})
    began = psutil.Process().cpu_times().user
    while psutil.Process().cpu_times().user < began + 0.05:
        pass
    usage = meter.look()
    assert meter.ended() is None
    assert usage.cpu["servers"] > 0
    assert usage.memory["servers"] > 2**20


def test_a_meter_of_an_ended_process_sees_nothing() -> None:
    meter = ProcessMeter({"servers": [2**22 + 1]})
    usage = meter.look()
    assert meter.ended() == "servers"
    assert (usage.cpu, usage.memory) == ({"servers": 0}, {"servers": 0})


@pytest.mark.parametrize(
    ("given", "p99_ms", "loss", "words"),
    [
        (report([1000] * 100, expected=100, delivered=100), 1.1, 0, []),
        (report([2000] * 100, expected=100), 1.5, None, ["The p99 is 2.0 ms; --max-p99 allows"]),
        (report([1], expected=1000, lost=11), None, 1, ["11 of 1,000 deliveries are lost (1.1 %)"]),
        (Report(), 1000, 50, ["nothing was delivered", "0 of 0 deliveries are lost (100 %)"]),
        (report([9_000_000], expected=9, lost=9), None, None, []),
    ],
)
def test_a_threshold_is_told_in_words(
    given: Report, p99_ms: float | None, loss: float | None, words: list[str]
) -> None:
    found = thresholds.exceeded(given, p99_ms, loss)
    assert len(found) == len(words)
    assert all(part in sentence for part, sentence in zip(words, found, strict=True))


@pytest.mark.parametrize(
    ("us", "words"), [(0, "0.00"), (1234, "1.23"), (45_678, "45.7"), (1_234_567, "1,235")]
)
def test_times_have_three_figures_and_separators(us: int, words: str) -> None:
    assert in_ms(us) == words
