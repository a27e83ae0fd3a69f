"""`chatbench plan`: what each measured stack needs for a number of members."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from bench.analysis.growth import growths
from bench.analysis.scale import scales
from bench.analysis.sizing import BUSY, Load, Plan, plan, spreads
from bench.analysis.wording import number
from bench.envelope.connections import ConnectionsEntry
from bench.envelope.growth import GrowthSlot
from bench.envelope.run import newest
from bench.envelope.scale import ScaleSlot
from bench.errors import BenchError

_NEEDED: Final = "chatbench run --experiment growth --experiment scale --experiment connections"


def run(
    root: Path,
    members: int,
    rooms: int,
    rate: float,
    size: int,
    *,
    as_json: bool,
    say: Callable[[str], None],
) -> None:
    """Print the plan of every arm, the one with the fewest cores first. Raises BenchError."""
    if rooms > members:
        raise BenchError(f"--rooms {rooms} is more than --members {members}: a room has a member.")
    plans = plans_for(root, Load(members, rooms, rate, size))
    if as_json:
        print(json.dumps([dataclasses.asdict(each) for each in plans], indent=1))
        return
    load = Load(members, rooms, rate, size)
    say(
        f"{number(load.messages)} messages and {number(load.deliveries)} deliveries a second, in "
        f"rooms of {number(load.room)}; each core up to {100 * BUSY:.0f} %. GiB is memory; "
        "broker is the share of one core."
    )
    Console().print(_table(plans))
    for each in plans:
        if each.outside:
            say(f"not measured for {each.arm}: {', '.join(each.outside)}")


def plans_for(root: Path, load: Load) -> list[Plan]:
    """The plans by cores. Raises BenchError without measurements."""
    grown = newest(root, GrowthSlot)
    if grown is None:
        raise BenchError(f"There are no measurements to plan from: run `{_NEEDED}`.")
    spread, came = newest(root, ScaleSlot), newest(root, ConnectionsEntry)
    scaled = {} if spread is None else scales(spread.entries)
    connected = {} if came is None else {entry.arm: entry for entry in came.entries}
    found = growths(grown.entries)
    known = spreads(found.values())
    plans = [
        plan(load, growth, scaled.get(arm), connected.get(arm), known)
        for arm, growth in found.items()
    ]
    return sorted(plans, key=lambda each: each.cores.value)


def _table(plans: list[Plan]) -> Table:
    table = Table(
        Column("stack", no_wrap=True),
        "cores",
        Column("processes", no_wrap=True, min_width=9),
        Column("GiB", no_wrap=True),
        Column("broker", no_wrap=True, min_width=6),
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for each in plans:
        cores = f"{number(each.cores.value)} ({number(each.cores.low)}–{number(each.cores.high)})"
        memory = "?" if each.memory_gib is None else number(each.memory_gib)
        broker = "none" if each.broker_share is None else f"{100 * each.broker_share:.0f} %"
        table.add_row(each.arm, cores, str(each.processes), memory, broker)
    return table
