"""Every figure that the decision may name, by its name, from the newest results and the sources.

A figure is None where its experiment has no result.
"""

from collections.abc import Callable, Iterable, Mapping
from statistics import median
from typing import Final

from bench.analysis import connections as idle
from bench.analysis import image_memory, pools, survival
from bench.analysis.scale import ArmScale
from bench.analysis.wording import count, number, percent
from bench.declared.texts import Text, same
from bench.envelope.connections import ConnectionsEntry
from bench.envelope.survival import SurvivalEntry
from bench.report.claims.results import Results
from bench.report.decision.code_figures import CODE_FIGURES
from bench.report.decision.gone_figures import GONE_FIGURES
from bench.report.decision.loss_figures import LOSS_FIGURES
from bench.report.decision.speed_figures import CHANNELS, FASTAPI, SPEED_FIGURES, Figure
from bench.report.words import counted, span

BUSY_MEMBERS: Final = 2
"""Each message of the experiment `busy` is owed to both members."""


def _connection(arm: str, shown: Callable[[ConnectionsEntry], str | None]) -> Figure:
    def figure(results: Results) -> Text | None:
        entry = next((each for each in results.connections if each.arm == arm), None)
        words = None if entry is None else shown(entry)
        return None if words is None else same(words)

    return figure


def _handshake(entry: ConnectionsEntry) -> str | None:
    found = idle.coming(entry, "guest")
    if found is None:
        return None
    return f"{number(found.cpu_ms)} ms ({number(found.least_ms)}–{number(found.most_ms)})"


def _kept(entry: ConnectionsEntry) -> str | None:
    found = idle.kept_kib(entry)
    return None if found is None else number(found)


def _both(name: str, shown: Callable[[ConnectionsEntry], str | None]) -> dict[str, Figure]:
    return {
        f"channels_{name}": _connection(CHANNELS, shown),
        f"fastapi_{name}": _connection(FASTAPI, shown),
    }


def _crowd(results: Results) -> Text | None:
    return span([idle.connections(each) for each in results.connections], lambda n: count(int(n)))


def _given_back(results: Results) -> Text | None:
    found = [idle.given_back(each) for each in results.connections]
    return span([max(0.0, each) for each in found if each is not None], percent)


def _back(how: str) -> Figure:
    """Seconds until all members are back after a restart."""
    return lambda results: span(
        storm.seconds for each in results.connections for storm in each.storms if storm.how == how
    )


def _busy(prefix: str) -> Figure:
    """The longest time that a member waited behind its own handler."""
    return lambda results: _longest(
        1000 * case.busy_member_waited_s
        for entry in results.busy
        for case in entry.cases
        if entry.arm.startswith(prefix) and case.how == "await"
    )


def _longest(values: Iterable[float]) -> Text | None:
    found = list(values)
    return same(f"{number(max(found))} ms") if found else None


def _busy_came(results: Results) -> Text | None:
    cases = [case for entry in results.busy for case in entry.cases]
    return counted(sum(case.came for case in cases), cases)


def _busy_owed(results: Results) -> Text | None:
    cases = [case for entry in results.busy for case in entry.cases]
    return counted(sum(BUSY_MEMBERS * case.sent for case in cases), cases)


def _busy_seconds(results: Results) -> Text | None:
    return span({case.busy_s for entry in results.busy for case in entry.cases})


def most_workers(results: Results) -> int | None:
    """The largest number of processes that was measured."""
    return max((max(each.workers) for each in results.scale.values()), default=None)


def _workers(results: Results) -> Text | None:
    found = most_workers(results)
    return None if found is None else same(count(found))


def _reached(*, broker: bool) -> Figure:
    return lambda results: span(
        (
            each.reached(max(each.workers)).share
            for arm, each in results.scale.items()
            if ("-memory" not in arm) == broker
        ),
        percent,
    )


def _scale(arm: str, shown: Callable[[ArmScale], str]) -> Figure:
    def figure(results: Results) -> Text | None:
        found = results.scale.get(arm)
        return None if found is None else same(shown(found))

    return figure


def _scaled_cost(each: ArmScale) -> str:
    found = each.cost(max(each.workers))
    return f"{number(found.value)} µs ({number(found.low)}–{number(found.high)})"


def _broker(each: ArmScale) -> str:
    return f"{number(each.broker_us(max(each.workers)))} µs"


def _survived(shown: Callable[[survival.Totals], int]) -> Figure:
    def figure(results: Results) -> Text | None:
        found = results.survival
        return counted(shown(survival.totals(found)), found) if found else None

    return figure


def _redis_restarts(results: Results) -> Text | None:
    faults = [fault for entry in results.survival for fault in entry.faults]
    return counted(sum(fault.kind == "redis restarted" for fault in faults), faults)


def _counted(*keys: str) -> Figure:
    def figure(results: Results) -> Text | None:
        found: list[SurvivalEntry] = results.survival
        return counted(sum(e.counts.get(key, 0) for e in found for key in keys), found)

    return figure


def _after_kill(results: Results) -> Text | None:
    """The medians of the arms: from the kill of a process until all members have everything."""
    found = [
        [f.whole_again_s for f in e.faults if f.kind == "worker killed" and f.whole_again_s]
        for e in results.survival
    ]
    return span(median(each) for each in found if each)


def _images(results: Results) -> Text | None:
    """Memory of all servers for images that nobody reads, in MiB; None if one is not bounded."""
    found = results.images
    grown = [] if found is None else image_memory.growths(found.entries, found.arms)
    if not all(each.bounded for each in grown):
        return None  # the sentence says that memory grows no further
    return span(image_memory.grown(each.many) for each in grown)


def _pools(prefix: str, engine: pools.Engine) -> Figure:
    """The most connections of a process to an engine, over the arms of a framework."""

    def figure(results: Results) -> Text | None:
        found = [each for each in results.pools if each.arm.startswith(prefix)]
        return counted(pools.most(found, engine), found)

    return figure


FIGURES: Final[Mapping[str, Figure]] = {
    **SPEED_FIGURES,
    **CODE_FIGURES,
    **_both("kib", lambda entry: number(idle.process_kib(entry))),
    **_both("idle_s", lambda entry: number(idle.idle_cpu_s(entry))),
    **_both("handshake", _handshake),
    **_both("kept_kib", _kept),
    "crowd": _crowd,
    "given_back": _given_back,
    "back_after_stop_s": _back("asked to stop"),
    "back_after_kill_s": _back("killed"),
    "channels_pool_redis": _pools("channels-", "redis"),
    "fastapi_pool_redis": _pools("fastapi-", "redis"),
    "channels_pool_postgresql": _pools("channels-", "postgresql"),
    "fastapi_pool_postgresql": _pools("fastapi-", "postgresql"),
    "pool_members": lambda results: span({each.members for each in results.pools}),
    **LOSS_FIGURES,
    **GONE_FIGURES,
    "channels_busy_wait": _busy("channels-"),
    "fastapi_busy_wait": _busy("fastapi-"),
    "busy_s": _busy_seconds,
    "busy_came": _busy_came,
    "busy_owed": _busy_owed,
    "workers": _workers,
    "reached_alone": _reached(broker=False),
    "reached_together": _reached(broker=True),
    "channels_scaled_cost": _scale(CHANNELS, _scaled_cost),
    "fastapi_scaled_cost": _scale(FASTAPI, _scaled_cost),
    "channels_broker": _scale(CHANNELS, _broker),
    "fastapi_broker": _scale(FASTAPI, _broker),
    "acknowledged": _survived(lambda totals: totals.acknowledged),
    "faults": _survived(lambda totals: totals.faults),
    "survival_lost": _survived(lambda totals: totals.wrong.lost),
    "redis_restarts": _redis_restarts,
    "recovered": _counted("recovered by since", "fetched by HTTP"),
    "whole_after_kill_s": _after_kill,
    "images_grown_mib": _images,
}


def figures(results: Results, names: set[str]) -> dict[str, Text] | None:
    """These figures by name; None if one of them is not measured yet."""
    found = {name: FIGURES[name](results) for name in sorted(names)}
    known = {name: figure for name, figure in found.items() if figure is not None}
    return known if len(known) == len(found) else None
