"""A simulated core whose speed drifts, and arms that take turns on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.analysis.slots import Floats, SlotTable

Tail = Literal["normal", "heavy", "bursts"]
_RULER_S = 0.01


@dataclass(frozen=True, slots=True)
class Core:
    """What is true of a machine and of a run on it.

    `log_costs` are the logarithms of the arms' costs of a delivery; `noise` is the standard
    deviation of a slot's logarithm, one for all arms or one each; `between` is the standard
    deviation between starts. `speed` is the standard deviation of the logarithm of the core's
    speed, `memory` its correlation over 0.1 s. `messages` is the mean number of messages in a slot,
    and `fixed` is the CPU time that a slot costs without any message, in messages' worth.
    """

    log_costs: tuple[float, ...]
    starts: int = 2
    rounds: int = 28
    noise: float | tuple[float, ...] = 0.08
    between: float | tuple[float, ...] = 0.01
    tail: Tail = "normal"
    speed: float = 0.28
    memory: float = 0.92
    messages: float | tuple[float, ...] = 12.0
    fixed: float = 0.0
    slot_s: float = 0.15
    ruler_noise: float = 0.03

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, in the order of their costs."""
        return tuple(f"arm {index}" for index in range(len(self.log_costs)))


def simulate(core: Core, source: np.random.Generator) -> SlotTable:
    """The slots of one run; arms take turns in random order within each round."""
    shape = (len(core.log_costs), core.starts, core.rounds)
    order = np.argsort(source.random(shape), axis=0)
    slowness, ruler = _slowness(core, source, order)
    mean = np.broadcast_to(np.asarray(core.messages), shape[:1])[:, None, None]
    sent = source.poisson(mean, shape).astype(np.float64)
    level = np.asarray(core.log_costs)[:, None, None] + _starts(core, source, shape)
    factor = np.exp(level + slowness) * _noise(core, source, shape)
    return SlotTable(core.arms, factor * (sent + core.fixed), sent, ruler)


def true_ratio(core: Core, above: int, below: int) -> float:
    """The logarithm of the ratio of two arms' costs: mean CPU time over mean work.

    The noise of a slot has the mean 1, so it is not in it.
    """
    mean = np.broadcast_to(np.asarray(core.messages), (len(core.log_costs),))
    cost = np.asarray(core.log_costs) + np.log1p(core.fixed / mean)
    return float(cost[above] - cost[below])


def _starts(core: Core, source: np.random.Generator, shape: tuple[int, int, int]) -> Floats:
    spread: Floats = np.broadcast_to(np.asarray(core.between, dtype=np.float64), (shape[0],))
    drawn: Floats = source.standard_normal(shape[:2])[:, :, None] * spread[:, None, None]
    return drawn


def _noise(core: Core, source: np.random.Generator, shape: tuple[int, int, int]) -> Floats:
    """Factors with the mean 1, so that the mean cost is the true one whatever the scatter."""
    spread = np.broadcast_to(np.asarray(core.noise), (shape[0],))[:, None, None]
    if core.tail == "normal":
        drawn = np.exp(spread * source.standard_normal(shape) - spread**2 / 2)
        return np.asarray(drawn, dtype=np.float64)
    if core.tail == "heavy":  # Student's t with 3 degrees, cut where a factor would be negative
        wild = source.standard_t(3, shape) / math.sqrt(3)
        return np.asarray(1 + np.clip(spread * wild, -0.9, 0.9))
    # Bursts: one slot in twenty costs more, as one with a collection of garbage does.
    burst = (source.random(shape) < 0.05) * spread * math.sqrt(1 / (0.05 * 0.95))
    return np.asarray(1 + burst - spread * math.sqrt(0.05 / 0.95))


def _slowness(core: Core, source: np.random.Generator, order: np.ndarray) -> tuple[Floats, Floats]:
    """The logarithm of the core's slowness in each slot, and the ruler around the slot."""
    arms, starts, rounds = order.shape
    steps = arms * rounds
    keep = core.memory ** (
        (core.slot_s + _RULER_S) / 0.1 / 2
    )  # two steps a slot: its middle, ruler
    path = _autoregression(source, keep, (starts, 2 * steps + 1)) * core.speed
    seen = path + core.ruler_noise * source.standard_normal(path.shape)
    middle, edges = path[:, 1::2], seen[:, 0::2]
    around = (np.exp(edges[:, :-1]) + np.exp(edges[:, 1:])) / 2
    place = order.transpose(1, 2, 0) + arms * np.arange(rounds)[None, :, None]
    pick = place.reshape(starts, -1)
    index = np.arange(starts)[:, None]
    back = (starts, rounds, arms)
    slow = middle[index, pick].reshape(back).transpose(2, 0, 1)
    ruler = around[index, pick].reshape(back).transpose(2, 0, 1)
    return slow, 8000 * ruler


def _autoregression(source: np.random.Generator, keep: float, shape: tuple[int, int]) -> Floats:
    path = source.standard_normal(shape)
    path[:, 1:] *= math.sqrt(1 - keep**2)
    for step in range(1, shape[1]):
        path[:, step] += keep * path[:, step - 1]
    return path


def repeated(core: Core, runs: int, seed: int) -> Sequence[SlotTable]:
    """`runs` independent runs of the same machine; the seed makes them the same everywhere."""
    source = np.random.default_rng(seed)
    return [simulate(core, source) for _ in range(runs)]
