"""Rate limits of one address over all its connections. Callers give the time, in seconds."""

from typing import Final
from weakref import WeakValueDictionary

from chat_core.rate_limit import Rate, TokenBucket

_SWEEP_ADDRESSES: Final = 1000
"""From this many addresses on, addresses with full buckets are forgotten."""


class AddressRates:
    """The buckets of recent addresses: one for handshakes, one for received bytes."""

    def __init__(self, bytes_: Rate | None, handshakes: Rate | None) -> None:
        self._bytes = _Buckets(bytes_)
        self._handshakes = _Buckets(handshakes)

    def bytes_from(self, address: str, now: float) -> TokenBucket:
        """The bucket of bytes that all connections from an address share."""
        return self._bytes.of(address, now)

    def take_handshake(self, address: str, now: float) -> bool:
        """Whether the rate allows one more handshake from an address."""
        return self._handshakes.of(address, now).take(now)


class _Buckets:
    """One bucket for each address, kept while a connection uses it or while it is not full."""

    def __init__(self, rate: Rate | None) -> None:
        self._rate = rate
        self._unlimited = TokenBucket(None, 0.0)
        self._known: WeakValueDictionary[str, TokenBucket] = WeakValueDictionary()
        self._spent: dict[str, TokenBucket] = {}
        self._sweep_at = _SWEEP_ADDRESSES

    def of(self, address: str, now: float) -> TokenBucket:
        if self._rate is None:
            return self._unlimited
        found = self._known.get(address)
        if found is None:
            found = self._known[address] = TokenBucket(self._rate, now)
        if address not in self._spent:
            self._sweep(now)
            self._spent[address] = found
        return found

    def _sweep(self, now: float) -> None:
        if len(self._spent) < self._sweep_at:
            return
        self._spent = {
            address: bucket for address, bucket in self._spent.items() if not bucket.is_full(now)
        }
        self._sweep_at = max(_SWEEP_ADDRESSES, 2 * len(self._spent))
