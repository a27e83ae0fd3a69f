"""The figures of a run of `speed`: costs by load and room, claims, latencies, and the checks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench.analysis.claims import Case, Check, ClaimVerdict, Question, judge_claims
from bench.analysis.effects import Effects, factor_effects
from bench.analysis.estimate import Estimate
from bench.analysis.latency import Percentile, TooFewMessages, blocks_of, percentile
from bench.analysis.message_cost import MessageCost, message_cost
from bench.analysis.ratios import Costs, costs
from bench.analysis.ruler import Ruler, judge_ruler
from bench.analysis.slots import Slot as CostSlot
from bench.analysis.slots import SlotTable
from bench.declared.claims import DeclaredCase, DeclaredClaim
from bench.envelope.run import Run
from bench.envelope.speed import MOST_STEADY_SHARE, Slot, Window

Condition = tuple[str, int]
"""The load, and the members of a room: ("35", 100)."""
ROOMS = {"room": 100, "echo": 1}
"""The members of a room in an experiment, as claims name it."""
BASES = {
    "framework": "fastapi",
    "server": "uvicorn",
    "fanout": "memory",
    "variant": "standard",
    "history": "off",
}
"""What an arm is made of, and what each part is compared with."""


@dataclass(frozen=True, slots=True)
class Split:
    """Parts of an arm's CPU time in a condition, as shares of the sum."""

    servers_user: float
    servers_system: float
    redis: float
    postgresql: float


class SpeedFigures:
    """All figures of one run, computed when they are asked for."""

    def __init__(self, run: Run, claims: Sequence[DeclaredClaim]) -> None:
        self.run = run
        self._claims = claims
        observed = run.observations
        self.slots = [each for each in observed if isinstance(each, Slot)]
        self.windows = [each for each in observed if isinstance(each, Window)]
        self.arms = list(dict.fromkeys(slot.arm for slot in self.slots))

    @cached_property
    def ruler(self) -> Ruler | None:
        """Whether the ruler is used in this run; None if the run has no costs."""
        return judge_ruler(list(self._tables.values())) if self._tables else None

    @cached_property
    def costs(self) -> Mapping[Condition, Costs]:
        """The costs of a delivery by condition, in µs; none from one arm or one start."""
        ruler = self.ruler
        if ruler is None:
            return {}
        return {key: costs(ruler.applied(table)) for key, table in self._tables.items()}

    @cached_property
    def verdicts(self) -> list[ClaimVerdict]:
        """The declared claims of which this run has every arm of at least one case."""
        return judge_claims([case for claim in self._claims for case in self._cases(claim)])

    @cached_property
    def checks(self) -> dict[Condition, Check]:
        """The A/A pair: one arm that was measured as two."""
        aa = self.run.info.aa
        if aa is None:
            return {}
        found = {key: self.ratio(key, aa[1], aa[0]) for key in self.costs}
        return {key: Check(ratio) for key, ratio in found.items() if ratio is not None}

    def cost(self, condition: Condition, arm: str) -> Estimate | None:
        """The CPU time of a delivery in µs, or None."""
        return self._of(condition, lambda found: found.cost(arm))

    def ratio(self, condition: Condition, above: str, below: str) -> Estimate | None:
        """The cost of `above` divided by the cost of `below`, or None."""
        return self._of(condition, lambda found: found.ratio(above, below))

    def effects(self, condition: Condition) -> Effects | None:
        """What each part of the chats is worth in a condition; None if the run cannot tell."""
        found = self.costs.get(condition)
        if found is None:
            return None
        chats = {arm.id: arm for arm in self.run.info.arms if arm.kind == "chat"}
        places = [place for place, arm in enumerate(found.arms) if arm in chats]
        levels = [
            {factor: getattr(chats[found.arms[place]], factor) for factor in BASES}
            for place in places
        ]
        try:
            return factor_effects(levels, found.values[places], BASES)
        except ValueError:  # an arm lacks a start, or there are too few
            return None

    def message_cost(self, arm: str) -> MessageCost | None:
        """The cost of a message told apart from the cost of a delivery, at 35 % of the core."""
        found = {room: self.cost(("35", room), arm) for room in (1, 10, 100)}
        known = {room: cost for room, cost in found.items() if cost is not None}
        return message_cost(known) if len(known) == len(found) else None

    def latency(self, arm: str, load: str, share: float) -> Percentile | TooFewMessages | None:
        """A percentile of the time until a message has reached its last member, in µs.

        None where it was not measured, and where the load is nearly all that the arm can do.
        """
        used = self.share(("equal", 100), arm) if load == "equal" else None
        if used is not None and used > MOST_STEADY_SHARE:
            return None
        worst = [
            np.asarray(each.worst_us, dtype=np.float64)[:, None]
            for each in self.windows
            if each.arm == arm and each.load == load and _has_latency(each)
        ]
        return percentile(blocks_of(worst), share) if worst else None

    def idle_us(self, arm: str) -> float | None:
        """µs of CPU a second while all members are silent."""
        idle = [each for each in self.slots if each.arm == arm and each.load == "idle"]
        if not idle:
            return None
        return 1e6 * sum(e.cpu.total_s for e in idle) / sum(e.elapsed_s for e in idle)

    def share(self, condition: Condition, arm: str) -> float | None:
        """The share of the servers' core that the arm used in the slots of a condition."""
        found = self._valid(condition, arm)
        elapsed = sum(slot.elapsed_s for slot in found)
        return sum(slot.cpu.total_s for slot in found) / elapsed if elapsed else None

    def split(self, condition: Condition, arm: str) -> Split | None:
        """Where the CPU time of a condition goes."""
        found = self._valid(condition, arm)
        total = sum(slot.cpu.total_s for slot in found)
        if not total:
            return None
        servers = sum(slot.cpu.servers_s for slot in found)
        user = min(servers, sum(slot.cpu.user_s for slot in found))
        return Split(
            user / total,
            (servers - user) / total,
            sum(slot.cpu.redis_s for slot in found) / total,
            sum(slot.cpu.postgresql_s for slot in found) / total,
        )

    def messages(self, condition: Condition, arm: str) -> int:
        """The messages of all slots that count."""
        return sum(slot.messages for slot in self._valid(condition, arm))

    @property
    def starts(self) -> int:
        """How often the stacks were started."""
        return len({slot.start for slot in self.slots})

    @property
    def refused(self) -> int:
        """The number of slots and windows that do not count, or whose latencies do not."""
        turns: list[Slot | Window] = [*self.slots, *self.windows]
        return sum(reason_of(each) is not None for each in turns)

    @cached_property
    def _tables(self) -> dict[Condition, SlotTable]:
        conditions = sorted({(s.load, s.room) for s in self.slots if s.load != "idle"})
        tables = {key: self._table(key) for key in conditions}
        return {key: table for key, table in tables.items() if _has_scatter(table)}

    def _table(self, condition: Condition) -> SlotTable:
        return SlotTable.of(
            CostSlot.of(slot, slot.counts.delivered)
            for slot in self.slots
            if (slot.load, slot.room) == condition
        )

    def _valid(self, condition: Condition, arm: str) -> list[Slot]:
        return [
            slot
            for slot in self.slots
            if slot.arm == arm and (slot.load, slot.room) == condition and slot.refused is None
        ]

    def _of(self, condition: Condition, figure: Callable[[Costs], Estimate]) -> Estimate | None:
        found = self.costs.get(condition)
        if found is None:
            return None
        try:
            return figure(found)
        except ValueError:  # an arm that this run does not have, or too few of its slots count
            return None

    def _cases(self, claim: DeclaredClaim) -> list[Case]:
        question = Question(claim.expected, claim.threshold)  # type: ignore[arg-type]
        found = ((case, self._ratio_of(case)) for case in claim.cases)
        return [
            Case(claim.id, question, case.facts, ratio)
            for case, ratio in found
            if ratio is not None
        ]

    def _ratio_of(self, case: DeclaredCase) -> Estimate | None:
        return self.ratio((case.load, ROOMS[case.experiment]), case.above, case.below)


def reason_of(turn: Slot | Window) -> str | None:
    """Why a turn, or its latency, does not count; or None."""
    return turn.refused or (turn.late if isinstance(turn, Window) else None)


def _has_latency(window: Window) -> bool:
    return reason_of(window) is None and bool(window.worst_us)


def _has_scatter(table: SlotTable) -> bool:
    """Whether a scatter can be found: two arms with two starts, and in each start two rounds."""
    rounds = np.sum(~np.isnan(table.cpu_us), axis=-1)
    complete = np.sum(np.all(rounds >= 2, axis=-1))
    return bool(rounds.shape[1] >= 2 and complete >= 2)
