"""Rate limits of one address over all its connections."""

from chat_core.address_rates import AddressRates
from chat_core.rate_limit import Rate

RATE = Rate(per_second=1, burst=2)


def test_handshakes_from_one_address_are_limited() -> None:
    rates = AddressRates(None, RATE)
    taken = [rates.take_handshake(address, 0) for address in ("a", "a", "a", "b")]
    assert taken == [True, True, False, True]
    assert rates.take_handshake("a", 1)


def test_connections_from_one_address_share_a_bucket_of_bytes() -> None:
    rates = AddressRates(RATE, None)
    assert rates.bytes_from("a", 0) is rates.bytes_from("a", 0)
    assert rates.bytes_from("a", 0) is not rates.bytes_from("b", 0)


def test_without_a_rate_nothing_is_limited() -> None:
    rates = AddressRates(None, None)
    assert all(rates.take_handshake("a", 0) for _ in range(1000))
    assert rates.bytes_from("a", 0).take(0, 10**12)


def test_addresses_without_connections_are_forgotten() -> None:
    rates = AddressRates(RATE, RATE)
    for number in range(10_000):
        assert rates.take_handshake(str(number), number)
    assert len(rates._handshakes._spent) <= 1001


def test_a_connected_address_keeps_its_bucket() -> None:
    rates = AddressRates(RATE, None)
    mine = rates.bytes_from("mine", 0)
    for number in range(5000):
        rates.bytes_from(str(number), 10 + number)
    assert rates.bytes_from("mine", 10_000) is mine
