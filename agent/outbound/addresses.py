"""Which network addresses a request may make Galley connect to, and what a host name stands for."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IP = IPv4Address | IPv6Address

AddressInfo = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]]
"""One answer of `socket.getaddrinfo`."""

Resolver = Callable[[str, int], Sequence[AddressInfo]]
"""Every address of a host name; raises OSError or UnicodeError when there is none."""

_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
# Where clouds answer with the credentials or the configuration of the machine, besides the
# link-local 169.254.169.254; read in each cloud's documentation in November 2026.
_PLATFORM = tuple(
    ip_network(block)
    for block in (
        "168.63.129.16/32",  # Azure: "What is IP address 168.63.129.16?"
        "100.100.100.200/32",  # Alibaba Cloud: "Instance metadata"
        "192.0.0.192/32",  # Oracle Cloud Classic: "Retrieving instance metadata"
        "fd00:ec2::/32",  # AWS: "Configure the Instance Metadata Service", 254; DNS and time too
        "fd00:c1::a9fe:a9fe/128",  # Oracle Cloud: "Instance metadata", IPv6
        "fd00:42::42/128",  # Scaleway: "Using the metadata server", IPv6
        "fd20:ce::254/128",  # Google Cloud: "Query VM metadata", IPv6-only machines
    )
)
# Not public, though some Python 3.11 and 3.12 releases call them global (CPython issue 113171).
_NEVER_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "::/96",
        "64:ff9b:1::/48",
        "2001:20::/28",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


def system_resolver(host: str, port: int) -> Sequence[AddressInfo]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def resolve_within(
    seconds: float, resolver: Resolver, host: str, port: int
) -> Sequence[AddressInfo]:
    """The answers for `host`. Raises TimeoutError: the system's resolver takes no time limit."""
    asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="resolve")
    try:
        return asking.submit(resolver, host, port).result(timeout=seconds)
    finally:
        asking.shutdown(wait=False)


def why_private(address: str) -> str | None:
    """What makes an address one of the inside; None for a public address."""
    ip = _meant(address)
    if ip.is_loopback:
        return "an address of this machine"
    if any(ip in block for block in _NEVER_PUBLIC) or not ip.is_global:
        return "not a public address"
    return None


def why_never(address: str) -> str | None:
    """What keeps an address closed even where inside addresses are allowed.

    Clouds answer with the machine's credentials on these, and no server that a brief could mean
    lives on one.
    """
    ip = _meant(address)
    if ip.is_link_local:
        return "a link-local address"
    if any(ip in block for block in _PLATFORM):
        return "an address of a cloud's own services"
    if ip.is_multicast:
        return "a multicast address"
    return None


def is_loopback(address: str) -> bool:
    return _meant(address).is_loopback


def _meant(address: str) -> IP:
    """The address that packets end up at: IPv6 spellings of an IPv4 address are that address."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
