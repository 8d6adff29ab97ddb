from __future__ import annotations

import pytest
from viscript.tools.mcp.addresses import is_public

SURROUNDINGS = {
    "loopback": "127.0.0.1",
    "another loopback": "127.8.9.10",
    "loopback of IPv6": "::1",
    "loopback, mapped": "::ffff:127.0.0.1",
    "loopback, mapped, in hexadecimal": "::ffff:7f00:1",
    "loopback, compatible": "::127.0.0.1",
    "loopback through NAT64": "64:ff9b::7f00:1",
    "loopback through 6to4": "2002:7f00:1::",
    "loopback through Teredo": "2001:0:7f00:1::",
    "unspecified": "0.0.0.0",
    "unspecified of IPv6": "::",
    "this network": "0.1.2.3",
    "private, class A": "10.0.0.1",
    "private, class B": "172.16.0.1",
    "the last of private class B": "172.31.255.255",
    "private, class C": "192.168.1.1",
    "private, mapped": "::ffff:192.168.1.1",
    "unique local": "fd12:3456::1",
    "site-local": "fec0::1",
    "link-local": "169.254.1.1",
    "link-local of IPv6": "fe80::1",
    "link-local with a zone": "fe80::1%eth0",
    "metadata of AWS, Google and Azure": "169.254.169.254",
    "metadata, mapped": "::ffff:169.254.169.254",
    "metadata of AWS over IPv6": "fd00:ec2::254",
    "metadata of AWS containers": "169.254.170.2",
    "metadata of Alibaba": "100.100.100.200",
    "metadata of Oracle": "192.0.0.192",
    "the host of Azure": "168.63.129.16",
    "shared by a provider": "100.64.0.1",
    "benchmarks": "198.18.0.1",
    "documentation": "203.0.113.5",
    "documentation of IPv6": "2001:db8::1",
    "multicast": "224.0.0.1",
    "multicast of IPv6": "ff02::1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "relays of 6to4": "192.88.99.1",
    "a name": "localhost",
    "numbers that are no address": "0x7f.1",
    "nothing": "",
}


@pytest.mark.parametrize("kind", SURROUNDINGS)
def test_an_address_of_the_surroundings_is_not_public(kind: str) -> None:
    assert not is_public(SURROUNDINGS[kind])


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1", "172.32.0.1"]
)
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)
