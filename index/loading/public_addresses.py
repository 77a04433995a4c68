"""Tells network addresses of the public internet, by IANA's registries of special ones."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All assigned public addresses of IPv6 (RFC 4291, IANA). Outside are loopback, local and multicast
addresses, and IPv4 ones in disguise (mapped, translated, compatible)."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses by which IPv4 is reached from a network without IPv4 (RFC 6052)."""

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


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    special = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not special
