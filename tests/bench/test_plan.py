"""The order of the cells of a run, and the content of each cell."""

from collections import Counter

import pytest

from bench.declared.arms import load_arms
from bench.errors import BenchError
from bench.experiments import plan
from bench.experiments.comparison import command_line
from bench.stack import machine

QUICK = plan.PROFILES["quick"]


def test_every_arm_is_measured_once_a_repeat_before_the_next_repeat_starts() -> None:
    arms = ["a", "b", "c"]
    cells = list(plan.planned_cells(QUICK, ["room"], arms))
    assert len(cells) == 3 * QUICK.repeats["room"]
    for repeat in range(QUICK.repeats["room"]):
        assert sorted(c.arm for c in cells[3 * repeat : 3 * repeat + 3]) == arms


def test_orders_differ_between_repeats_and_not_between_runs() -> None:
    arms = list(load_arms())
    cells = list(plan.planned_cells(QUICK, ["room"], arms))
    orders = {
        tuple(c.arm for c in cells if c.repeat == repeat) for repeat in range(QUICK.repeats["room"])
    }
    assert len(orders) == QUICK.repeats["room"]
    assert cells == list(plan.planned_cells(QUICK, ["room"], arms))


def test_the_second_of_the_aa_pair_is_not_searched_for_its_capacity() -> None:
    cells = plan.planned_cells(QUICK, ["capacity"], ["a", "a#2"])
    assert Counter(c.arm for c in cells) == {"a": QUICK.repeats["capacity"]}


def test_the_c_relay_is_not_searched_for_its_capacity() -> None:
    cells = list(plan.planned_cells(QUICK, ["room", "capacity"], ["a", "picows"]))
    assert {c.arm for c in cells if c.experiment == "capacity"} == {"a"}
    assert {c.arm for c in cells if c.experiment == "room"} == {"a", "picows"}


def test_a_step_of_a_slow_arm_lasts_until_there_is_a_percentile() -> None:
    planned = plan.PlannedCell("capacity", "a", 0)
    cell = plan.cell_of(planned, QUICK, "http://x", cpu_us=200.0)
    messages = [step["rate"] * 100 * step["seconds"] for step in cell["steps"]]
    assert min(messages) >= plan.CAPACITY_MESSAGES - 1e-6


def test_a_capacity_search_rises_around_what_one_core_could_do() -> None:
    planned = plan.PlannedCell("capacity", "a", 0)
    cell = plan.cell_of(planned, QUICK, "http://x", cpu_us=10.0)
    offered = [step["rate"] * 100 * 100 for step in cell["steps"]]
    assert offered == sorted(offered)
    assert offered[0] < 100_000 < offered[-1]
    assert cell["stop"] == {"p99_ms": 100, "loss": True, "in_a_row": 2}


def test_quick_arms_cover_every_group_of_the_comparison() -> None:
    quick = plan.chosen_arms(QUICK, [])
    chats = {(a.framework, a.server, a.fanout) for a in quick if a.variant == "standard"}
    for framework in ("django-channels", "fastapi"):
        for server in ("daphne", "uvicorn"):
            assert {(framework, server, "memory"), (framework, server, "redis")} <= chats
    assert {"asgi-daphne", "asgi-uvicorn", "picows"} <= {arm.id for arm in quick}
    assert {"tutorial", "tuned"} <= {arm.variant for arm in quick}
    assert plan.AA_ARM in {arm.id for arm in quick}


@pytest.mark.parametrize("call", [plan.find_profile, lambda n: plan.chosen_experiments([n])])
def test_unknown_names_are_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(BenchError, match="'nothing'"):
        call("nothing")


def test_the_command_line_repeats_the_run() -> None:
    assert command_line(QUICK, ["room"], ["a", "b"]) == (
        "chatbench run --profile quick --experiment room --arm a --arm b"
    )


def test_counters_that_increased_are_given_with_the_increase() -> None:
    assert machine.moved({"a": 1, "b": 2}, {"a": 4, "b": 2}) == {"a": 3}


def test_the_machine_is_named_by_its_processor_and_not_by_its_host() -> None:
    import socket

    assert machine.machine_slug().endswith("-cores")
    assert socket.gethostname().lower() not in machine.machine_slug()
