"""The cost of a message told apart from the cost of a delivery.

A message costs once for its way in (`message`, a), and once for each member that gets it
(`delivery`, b). So a delivery in a room of n costs a/n + b, and alone in a room it costs a + b. The
two are computed from the smallest and the largest room. The rooms between them are the check.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.estimate import Difference, Estimate, weighted_sum


@dataclass(frozen=True, slots=True)
class RoomCheck:
    """A room that was not used for the fit: measured ÷ predicted; None if none is predicted."""

    members: int
    ratio: Estimate | None


@dataclass(frozen=True, slots=True)
class MessageCost:
    """µs of CPU for a message and for a delivery, and how well they predict the other rooms."""

    message: Difference
    delivery: Difference
    checks: tuple[RoomCheck, ...]


def message_cost(by_members: Mapping[int, Estimate]) -> MessageCost:
    """Tell the two costs apart; `by_members` has the cost of a delivery by members of the room.

    The estimates count as independent. Raises ValueError with fewer than two sizes.
    """
    if len(by_members) < 2:
        raise ValueError("two sizes of rooms are needed to tell a message from a delivery")
    least, most = min(by_members), max(by_members)
    small, large = by_members[least], by_members[most]
    share = 1 / least - 1 / most
    message = weighted_sum([small, large], [1 / share, -1 / share])
    delivery = weighted_sum([small, large], [-1 / (share * most), 1 / (share * least)])
    checks = tuple(
        RoomCheck(members, _check(members, by_members, least, most))
        for members in sorted(by_members)
        if members not in (least, most)
    )
    return MessageCost(message, delivery, checks)


def _check(
    members: int, by_members: Mapping[int, Estimate], least: int, most: int
) -> Estimate | None:
    """Measured ÷ predicted; the prediction is a weighted mean of the two outer rooms."""
    weight = (1 / members - 1 / most) / (1 / least - 1 / most)
    outer = [by_members[least], by_members[most]]
    predicted = weighted_sum(outer, [weight, 1 - weight])
    if predicted.value <= 0:
        return None

    relative = Estimate(
        math.log(predicted.value), predicted.error / predicted.value, predicted.freedom
    )
    return by_members[members].over(relative)
