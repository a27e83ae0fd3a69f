"""One clock for all reported times: it starts at the time of day, and is monotonic from then on."""

import time
from typing import Final

_START_MS: Final = time.time() * 1000 - time.perf_counter() * 1000


def now_ms() -> float:
    """ms since the epoch. A change of the machine's clock does not change it."""
    return _START_MS + time.perf_counter() * 1000
