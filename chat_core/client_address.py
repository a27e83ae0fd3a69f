"""The address of a client, also where a proxy stands between: what is counted by address uses it.

A client can write any `X-Forwarded-For`. So only the entries that trusted proxies have added count.
"""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any, Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_HEADER: Final = b"x-forwarded-for"
_SUBSCRIBER_BITS: Final = 64
"""A subscriber with IPv6 has at least so large a network, and may take any address of it."""


def client_address(
    peer: str | None, forwarded_for: Sequence[str], trusted: Iterable[Network]
) -> str:
    """The address of the client: the last one on the way to us that is no trusted proxy.

    `peer` is the other end of the connection, None where it has no address (a Unix socket). The
    header's values are in the order in which they came. An entry that is no address ends the way:
    the proxy that added it is then the client. Returns the address in its shortest form; a peer
    that is no address as it is, and "" for None.
    """
    nearest = _read(peer or "")
    if nearest is None:
        return peer or ""
    networks = tuple(trusted)
    entries = ",".join(forwarded_for).split(",") if forwarded_for else []
    while _is_trusted(nearest, networks) and entries:
        further = _read(entries.pop())
        if further is None:
            break
        nearest = further
    return str(nearest)


def scope_address(scope: Mapping[str, Any], trusted: Iterable[Network]) -> str:
    """`client_address` of an ASGI scope, as every server hands it to both chats."""
    peer = scope.get("client")
    forwarded_for = [value.decode("latin-1") for name, value in scope["headers"] if name == _HEADER]
    return client_address(peer[0] if peer else None, forwarded_for, trusted)


def subscriber(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the /64 of an IPv6 address."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found), _SUBSCRIBER_BITS), strict=False))
    return address


def read_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas. Raises ValueError."""
    entries = (entry.strip() for entry in text.split(","))
    return tuple(ip_network(entry, strict=False) for entry in entries if entry)


def _is_trusted(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _read(entry: str) -> Address | None:
    """An address, also with the port that some proxies add; IPv4 in IPv6 is IPv4."""
    try:
        found = ip_address(_without_port(entry.strip()))
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    return found.ipv4_mapped or IPv6Address(int(found))  # without a zone


def _without_port(entry: str) -> str:
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry
