"""The experiment `busy`: what becomes of messages while a handler of one member is busy."""

from typing import Literal

import msgspec

from bench.envelope.observation import Observation


class BusyCase(msgspec.Struct, frozen=True):
    """One handler was busy for `busy_s`; meanwhile its member sent on, and so did another member.

    `came` and `in_order` are of all messages at both members. The waits are the longest ones, from
    the send of the other member's messages to their arrival.
    """

    how: Literal["await", "block"]
    busy_s: float
    sent: int
    came: int
    in_order: bool
    busy_member_waited_s: float
    other_member_waited_s: float


class BusyEntry(Observation, frozen=True, kw_only=True, tag="busy"):
    """One arm."""

    cases: list[BusyCase]
