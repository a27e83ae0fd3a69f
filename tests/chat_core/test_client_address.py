"""The address that a request counts for: a client cannot forge it, and a proxy does not hide it."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat_core.client_address import client_address, read_networks, scope_address, subscriber

PROXIES = read_networks("192.0.2.0/24, 2001:db8:f::1")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        (None, ["198.51.100.7"], ""),
        ("", [], ""),
        ("a-name", ["198.51.100.7"], "a-name"),
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.7"], "127.0.0.1"),
        ("192.0.2.1", ["198.51.100.7"], "198.51.100.7"),
        ("::ffff:192.0.2.1", ["198.51.100.7"], "198.51.100.7"),
        ("192.0.2.1", ["198.51.100.7, 192.0.2.2"], "198.51.100.7"),
        ("192.0.2.1", ["198.51.100.7", "203.0.113.9, 192.0.2.2"], "203.0.113.9"),
        ("192.0.2.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("192.0.2.1", ["[2001:DB8::0:7]:4711"], "2001:db8::7"),
        ("2001:db8:f::1", [" 2001:db8::7%eth0 "], "2001:db8::7"),
        ("192.0.2.1", ["192.0.2.3, 192.0.2.2"], "192.0.2.3"),
        ("192.0.2.1", ["198.51.100.7, unknown"], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7,"], "192.0.2.1"),
        ("192.0.2.1", [""], "192.0.2.1"),
    ],
)
def test_the_address_of_a_request(peer: str | None, forwarded_for: list[str], address: str) -> None:
    assert client_address(peer, forwarded_for, PROXIES) == address


ADDRESSES = st.ip_addresses().map(str)
WILD = st.one_of(
    ADDRESSES,
    st.sampled_from(
        ["192.0.2.1", "unknown", "[::1", "1:2", "::ffff:1.2.3.4", "%", "\x00", "٣.1.1.1"]
    ),
    st.text(max_size=40),
)


@given(peer=ADDRESSES, forwarded_for=st.lists(WILD))
def test_only_trusted_proxies_are_believed(peer: str, forwarded_for: list[str]) -> None:
    assert ip_address(client_address(peer, forwarded_for, ())) == _plain(peer)


@given(forged=st.lists(WILD), client=st.ip_addresses(v=4).filter(lambda a: a not in PROXIES[0]))
@example(forged=["192.0.2.1,192.0.2.1"], client=ip_address("203.0.113.9"))
def test_a_forged_header_changes_nothing(forged: list[str], client: object) -> None:
    for header in ([*forged, str(client)], [",".join([*forged, str(client)])]):
        assert client_address("192.0.2.1", header, PROXIES) == str(client)


@given(peer=WILD, forwarded_for=st.lists(WILD), trusted=st.sampled_from(["", "0.0.0.0/0, ::/0"]))
def test_any_header_gives_one_address(peer: str, forwarded_for: list[str], trusted: str) -> None:
    found = client_address(peer, forwarded_for, read_networks(trusted))
    assert found == peer or str(ip_address(found)) == found
    assert subscriber(subscriber(found)) == subscriber(found)


def test_a_scope() -> None:
    headers = [
        (b"x-forwarded-for", b"198.51.100.7"),
        (b"host", b"chat.example"),
        (b"x-forwarded-for", b"203.0.113.9\xff, 203.0.113.9"),
    ]
    scope = {"client": ["192.0.2.1", 4711], "headers": headers}
    assert scope_address(scope, PROXIES) == "203.0.113.9"
    assert scope_address(scope, ()) == "192.0.2.1"
    assert scope_address({"client": None, "headers": headers}, PROXIES) == ""


def test_a_network_of_ipv6_is_one_client() -> None:
    assert subscriber("2001:db8::1") == subscriber("2001:db8::ffff:0:0:2") == "2001:db8::/64"
    assert subscriber("198.51.100.7") == "198.51.100.7"
    assert subscriber("") == ""


def test_networks() -> None:
    assert read_networks(" ") == ()
    assert read_networks("10.1.2.3/8") == (ip_network("10.0.0.0/8"),)
    for wrong in ("localhost", "10.0.0.0/33", "*", "10.0.0.1 10.0.0.2"):
        with pytest.raises(ValueError, match=r".+"):
            read_networks(wrong)


def _plain(address: str) -> object:
    found = ip_address(address)
    return getattr(found, "ipv4_mapped", None) or found
