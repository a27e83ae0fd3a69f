"""The experiment `vanished`: how soon the others see that a member is gone."""

from typing import Literal

import msgspec

from bench.envelope.observation import Observation

Way = Literal["ended", "frozen", "cut"]
"""The member's program ended; it no longer reads or answers; or no packet passes any more."""


class Gone(msgspec.Struct, frozen=True):
    """Members of one room that went in one way."""

    way: Way
    noticed_s: list[float]
    """For each member that was noticed: seconds until another member was told `left`."""
    unnoticed: int
    """Members of which nobody was told within the time of the experiment."""


class VanishedEntry(Observation, frozen=True, kw_only=True, tag="vanished"):
    """One arm. No member sent anything, and each answered pings until it went."""

    waited_s: float
    """For how long at most the others waited after the last member went."""
    cases: list[Gone]
