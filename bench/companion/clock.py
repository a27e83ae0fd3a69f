"""One clock for all that is told: the time of day when it was made, and steady from then on."""

import time
from typing import Final

_START_MS: Final = time.time() * 1000 - time.perf_counter() * 1000


def now_ms() -> float:
    """ms since the epoch; the machine's clock being set does not move it."""
    return _START_MS + time.perf_counter() * 1000
