"""All experiments by name. A new experiment is one module, and one entry here."""

from collections.abc import Iterator
from typing import Any, Final

from bench.declared.arms import Arm
from bench.envelope.busy import BusyEntry
from bench.envelope.clarity import ClarityEntry
from bench.envelope.client import ClientEntry
from bench.envelope.connections import ConnectionsEntry
from bench.envelope.images import ImagesEntry
from bench.envelope.loss import LossEntry
from bench.envelope.network import NetworkEntry
from bench.envelope.pools import PoolsEntry
from bench.envelope.rolling import RollingEntry
from bench.envelope.survival import SurvivalEntry
from bench.envelope.vanished import VanishedEntry
from bench.envelope.writes import WritesEntry
from bench.experiments import (
    busy,
    capacity,
    ceiling,
    clarity,
    images,
    metrics,
    planted,
    pools,
    profile,
    scale,
    vanished,
    writes,
)
from bench.experiments.arm_by_arm import arm_by_arm
from bench.experiments.client_page import pair
from bench.experiments.connections import experiment as connections
from bench.experiments.experiment import Experiment, Say
from bench.experiments.generators import experiment as generators
from bench.experiments.growth import experiment as growth
from bench.experiments.history import experiment as history
from bench.experiments.loss import experiment as loss
from bench.experiments.network import experiment as network
from bench.experiments.rolling import experiment as rolling
from bench.experiments.soak import experiment as soak
from bench.experiments.speed import experiment as speed
from bench.experiments.survival import experiment as survival


def _client(arm: Arm, seconds: float | None, seed: int, say: Say) -> dict[str, Any]:
    from bench.experiments.client_page import measure  # imports the browser driver

    return measure.of_arm(arm, seconds, seed, say)


def _experiments() -> Iterator[Experiment]:
    yield Experiment(
        ceiling.NAME,
        "what the load generator itself can take",
        ceiling.can,
        ceiling.takes_part,
        ceiling.measure,
    )
    yield Experiment(
        speed.NAME,
        "CPU per delivery at equal utilisation, and latency",
        speed.can,
        speed.takes_part,
        speed.measure,
    )
    yield Experiment(
        capacity.NAME,
        "the largest rate at which 99 of 100 messages come within 100 ms",
        capacity.can,
        capacity.takes_part,
        capacity.measure,
    )
    yield Experiment(
        growth.NAME,
        "how the cost of a delivery grows with members, rooms and the size of a message",
        growth.can,
        growth.takes_part,
        growth.measure,
    )
    yield Experiment(
        scale.NAME,
        "what 1 to 8 server processes reach, and what servers and broker pay for it",
        scale.can,
        scale.takes_part,
        scale.measure,
    )
    yield Experiment(
        connections.NAME,
        "what idle connections cost, how fast they come, and what a restart does to them",
        connections.can,
        connections.takes_part,
        arm_by_arm(connections.NAME, ConnectionsEntry, connections.of_arm),
    )
    yield Experiment(
        pools.NAME,
        "how many connections to Redis and PostgreSQL a process opens",
        pools.can,
        pools.takes_part,
        arm_by_arm(pools.NAME, PoolsEntry, pools.of_arm),
    )
    yield Experiment(
        metrics.NAME,
        "what `/metrics` costs a delivery, and what one scrape costs",
        metrics.can,
        metrics.takes_part,
        metrics.measure,
    )
    yield Experiment(
        profile.NAME,
        "the functions in which each server spends its time",
        profile.can,
        profile.takes_part,
        profile.measure,
    )
    yield Experiment(
        planted.NAME,
        "whether the method finds a difference that was planted, and no other",
        planted.can,
        planted.takes_part,
        planted.measure,
    )
    yield Experiment(
        generators.NAME,
        "whether other load generators see the same latency, capacity and loss",
        generators.can,
        generators.takes_part,
        generators.measure,
    )
    yield Experiment(
        "survival",
        "what becomes of acknowledged messages when workers and engines are killed",
        survival.can,
        survival.takes_part,
        arm_by_arm("survival", SurvivalEntry, survival.of_arm),
    )
    yield Experiment(
        rolling.NAME,
        "how long a rolling restart takes each member away, and what it loses",
        rolling.can,
        rolling.takes_part,
        arm_by_arm(rolling.NAME, RollingEntry, rolling.of_arm),
    )
    yield Experiment(
        history.NAME,
        "what a history costs a message: CPU, waits for acks and deliveries, Django's threads",
        history.can,
        history.takes_part,
        history.measure,
    )
    yield Experiment(
        "writes",
        "what a commit for many messages gains",
        writes.can,
        writes.takes_part,
        arm_by_arm("writes", WritesEntry, writes.of_arm),
    )
    yield Experiment(
        "images",
        "memory for images that nobody reads",
        images.can,
        images.takes_part,
        arm_by_arm("images", ImagesEntry, images.of_arm),
    )
    yield Experiment(
        loss.NAME,
        "what is lost, where and why: texts and images, past every limit, to slow readers",
        loss.can,
        loss.takes_part,
        arm_by_arm(loss.NAME, LossEntry, loss.of_arm),
    )
    yield Experiment(
        busy.NAME,
        "what becomes of messages that arrive while a handler is busy",
        busy.can,
        busy.takes_part,
        arm_by_arm(busy.NAME, BusyEntry, busy.of_arm),
    )
    yield Experiment(
        network.NAME,
        "what comes through a network that loses, delays and cuts, with a history and without",
        network.can,
        network.takes_part,
        arm_by_arm(network.NAME, NetworkEntry, network.of_arm),
    )
    yield Experiment(
        vanished.NAME,
        "how soon the others see that a member is gone: ended, frozen, or cut off",
        vanished.can,
        vanished.takes_part,
        arm_by_arm(vanished.NAME, VanishedEntry, vanished.of_arm),
    )
    yield Experiment(
        "client",
        "what the browser client loads, and how it reacts under load",
        pair.can,
        pair.takes_part,
        arm_by_arm("client", ClientEntry, _client),
    )
    yield Experiment(
        clarity.NAME,
        "what the code of both chats asks of its reader",
        clarity.can,
        clarity.takes_part,
        arm_by_arm(clarity.NAME, ClarityEntry, clarity.of_arm),
    )
    yield Experiment(
        soak.NAME,
        "whether a member goes deaf when memberships expire within seconds",
        soak.can,
        soak.takes_part,
        soak.measure,
        soak.failure,
    )


EXPERIMENTS: Final = {each.name: each for each in _experiments()}
