"""A queue whose latencies are known: messages at random, one server, one service time (M/D/1)."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln

from bench.analysis.slots import Floats
from bench.analysis.sustained import RateWindow, next_rate

_LONG = 8  # services


def sojourns(
    rate: float, service_s: float, messages: int, warmup: int, source: np.random.Generator
) -> Floats:
    """Seconds from arrival to end of service of `messages`, after `warmup` from an empty queue.

    `rate` is messages a second. Lindley's recursion, as a running maximum.
    """
    number = messages + warmup
    gaps = source.exponential(1 / rate, number)
    steps = service_s - gaps[1:]
    walk = np.concatenate([[0.0], np.cumsum(steps)])
    waits = walk - np.minimum.accumulate(walk)
    return np.asarray((waits + service_s)[warmup:], dtype=np.float64)


def percentile_of_queue(rate: float, service_s: float, share: float) -> float:
    """The true percentile of the time in an M/D/1 queue, in seconds.

    Raises ValueError if the queue has no limit: rate x service time of 1 or more.
    """
    if rate * service_s >= 1:
        raise ValueError("the server cannot keep up with this rate")
    low, high = 0.0, service_s
    while _waits_at_most(high, rate, service_s) < share:
        low, high = high, high * 2
    for _ in range(60):
        middle = (low + high) / 2
        if _waits_at_most(middle, rate, service_s) < share:
            low = middle
        else:
            high = middle
    return high + service_s


def true_capacity(service_s: float, limit_s: float, share: float = 0.99) -> float:
    """The largest rate at which the percentile of an M/D/1 queue is at most `limit_s`."""
    low, high = 0.0, 1 / service_s
    for _ in range(40):
        middle = (low + high) / 2
        if percentile_of_queue(middle, service_s, share) <= limit_s:
            low = middle
        else:
            high = middle
    return low


def _waits_at_most(wait_s: float, rate: float, service_s: float) -> float:
    """The distribution of the waiting time in M/D/1: Erlang's sum, and its limit for long waits.

    Erlang's sum has terms of both signs that cancel in vain beyond some ten services, and there the
    exponential tail (Cramér and Lundberg) is exact to six digits.
    """
    if wait_s > _LONG * service_s:
        return 1 - _tail_of_waits(wait_s, rate, service_s)
    terms = np.arange(int(wait_s / service_s) + 1)
    left = rate * (terms * service_s - wait_s)  # at most 0
    size = terms * np.log(np.maximum(-left, 1e-300)) - left - gammaln(terms + 1)
    signs = np.where(terms % 2, -1.0, 1.0)
    return float((1 - rate * service_s) * np.sum(signs * np.exp(size)))


def _tail_of_waits(wait_s: float, rate: float, service_s: float) -> float:
    decay = brentq(lambda d: rate * math.expm1(d * service_s) - d, *_decays(rate, service_s))
    load = rate * service_s
    factor = (1 - load) / (load * math.exp(decay * service_s) - 1)
    return float(factor * math.exp(-decay * wait_s))


def _decays(rate: float, service_s: float) -> tuple[float, float]:
    """Two rates of decay with the tail's between them; at the first, its equation is least."""
    least = -math.log(rate * service_s) / service_s
    most = 2 * least
    while rate * math.expm1(most * service_s) < most:
        most *= 2
    return least, most


def search_capacity(
    service_s: float, limit_s: float, windows: int, seconds: float, source: np.random.Generator
) -> list[RateWindow]:
    """A whole search on a simulated stack, in rooms of one: every message is one delivery.

    Each window has `seconds` after a third of that as warm-up, from an empty queue.
    """
    guess = true_capacity(service_s, limit_s) * source.uniform(0.6, 1.5)
    found: list[RateWindow] = []
    for _ in range(windows):
        rate = next_rate(found, guess)
        messages = round(rate * seconds)
        times = sojourns(rate, service_s, messages, messages // 3, source)
        found.append(RateWindow(rate, messages, int(np.sum(times > limit_s))))
    return found
