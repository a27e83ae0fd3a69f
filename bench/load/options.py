"""What a load may be: the options of a run, and the values that each of them takes."""

import math
from dataclasses import dataclass
from typing import Final

from chat_core import protocol_limits

STACKS_VARIABLE: Final = "CHATBENCH_STACKS"
"""The environment variable with the running arms, see `bench.load.suite.stacks`."""
MAX_RATE: Final = 1000.0
"""Messages a second of one user: far above what one user of any chat here can send."""
_MANY: Final = 1_000_000
_LONG_S: Final = 3600
_LARGEST_IMAGE: Final = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class Accepted:
    """The numbers that an option takes, from `lowest` to `highest`."""

    name: str
    lowest: float
    highest: float
    default: float
    help: str
    whole: bool = True

    def read(self, text: str) -> float:
        """The number in a text. Raises ValueError with a sentence that names both."""
        try:
            value = int(text) if self.whole else float(text)
        except ValueError:
            value = math.nan
        if not self.lowest <= value <= self.highest:
            kind = "a whole number" if self.whole else "a number"
            span = f"{kind} from {self.lowest:g} to {self.highest:.0f}"
            raise ValueError(f"--{self.name} takes {span}, not {text!r}.")
        return value


ACCEPTED: Final = (
    Accepted("room-size", 1, _MANY, 100, "Members of a room"),
    Accepted("rate", 0, MAX_RATE, 0.4, "Messages a second of each user", whole=False),
    Accepted("payload", 1, protocol_limits.TEXT_CODE_POINTS, 120, "Bytes of text in a message"),
    Accepted("image-size", 64, _LARGEST_IMAGE, 50_000, "Bytes of a PhotoSender's image"),
    Accepted("pause", 0, _LONG_S, 2, "Seconds for which a SlowReader does not read", whole=False),
    Accepted("visit", 1, _LONG_S, 10, "Mean seconds of a Reconnector's visit", whole=False),
    Accepted("rooms", 0, _MANY, 0, "Largest number of rooms; 0: no limit"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """Where the users go and how they behave there."""

    url: str
    arm: str = ""
    against: str = ""
    """The arm that takes turns with this one; empty if there is none."""
    room_size: int = 100
    rooms: int = 0
    """The largest number of rooms; more users fill the first rooms again. 0: no limit."""
    rate: float = 0.0
    """Messages a second of each talking user."""
    payload: int = 120
    """Bytes of text in a message."""
    image_size: int = 50_000
    """Bytes of an image."""
    pause: float = 2.0
    """Seconds for which a slow reader does not read."""
    visit: float = 10.0
    """Mean seconds of a member's visit that comes and goes."""
    prefix: str = ""
    """The prefix of each room's name: processes that share a server must not share rooms."""
    group: str = ""
    """The members' group in the data plane."""
