"""The address of a client, also behind proxies. All limits per address use it.

A client can send any `X-Forwarded-For`. So only entries that trusted proxies added count.
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
"""An IPv6 subscriber has at least a network of this size, and can use any address in it."""


def client_address(
    peer: str | None, forwarded_for: Sequence[str], trusted: Iterable[Network]
) -> str:
    """The address of the client: the last address on the way to us that is no trusted proxy.

    `peer` is the other end of the connection; None if it has no address (a Unix socket). The values
    of the header are in the order of arrival. The search ends at an entry that is no address: the
    proxy that added it counts as the client. Returns the shortest form of the address; a `peer`
    that is no address is returned unchanged, and None gives "".
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
    """The unit that counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
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
    """An address, also with the port that some proxies add; IPv4 in IPv6 becomes IPv4."""
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
