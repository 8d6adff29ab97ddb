"""Which network addresses belong to everyone: the others are this machine's surroundings."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_REFUSED = tuple(
    ip_network(one)
    for one in (
        "168.63.129.16/32",  # Azure's host, which serves metadata from a public range
        "192.0.0.0/24",  # protocol assignments, Oracle's metadata among them
        "192.88.99.0/24",  # relays of 6to4
        "2002::/16",  # 6to4: each address stands for an IPv4 one
        "2001::/32",  # Teredo: so does each of these
        "fec0::/10",  # site-local, the old private range
        "3fff::/20",  # documentation
    )
)
"""Ranges that count as global somewhere and lead, or may lead, to what is not public."""


def is_public(text: str) -> bool:
    """Whether an address is a public, unicast one (RFC 6890).

    Private, loopback, link-local (with it the metadata services of clouds), shared, multicast,
    reserved and unspecified addresses are not, nor are IPv6 addresses that stand for IPv4 ones:
    NAT64, 6to4, Teredo, compatible. A mapped one (::ffff:a.b.c.d) is the IPv4 address itself.

    Args:
        text: the address as numbers, an IPv6 zone allowed.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address.version == one.version and address in one for one in _REFUSED):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
