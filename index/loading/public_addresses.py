"""Tells network addresses of the public internet, by IANA's registries of special ones."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All assigned public addresses of IPv6 (RFC 4291, IANA). Outside are loopback, local and multicast
addresses, and IPv4 ones in disguise (mapped, translated, compatible)."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses by which IPv4 is reached from a network without IPv4 (RFC 6052)."""

_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""What the last half of an address begins with if its end is an IPv4 address (RFC 5214)."""

# Networks that `is_global` of the standard library calls public, or did in some version.
_NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            "168.63.129.16/32",  # Azure's host, asked by its guests for their secrets
            "192.0.0.0/24",  # protocol assignments (RFC 6890), Oracle's metadata
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID (RFC 2928)
            "2002::/16",  # 6to4, an IPv4 address in disguise (RFC 3056)
            "3fff::/20",  # documentation (RFC 9637)
        ),
    )
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address in _NAT64:
            return is_public(_behind_nat64(address))
        if address not in _GLOBAL_UNICAST or int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
            return False
    special = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not special


def public_except(networks: Iterable[Network]) -> Callable[[Address], bool]:
    """A judge of addresses: public ones are allowed, but none in these networks."""
    denied = tuple(networks)

    def is_allowed(address: Address) -> bool:
        if isinstance(address, IPv6Address) and address in _NAT64:
            return address.scope_id is None and is_allowed(_behind_nat64(address))
        return is_public(address) and not any(address in network for network in denied)

    return is_allowed


def _behind_nat64(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)
