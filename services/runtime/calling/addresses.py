"""Which addresses may be called where somebody else names the host: public ones alone, whatever a name leads to.

A name is resolved once, for the connection that is opened then: one that leads elsewhere a moment later (DNS rebinding)
leads nowhere.
"""

import socket
import threading
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from services.runtime.errors import Unavailable

Resolve = Callable[[str, int], list[str]]
# IPv6 addresses that have an IPv4 address inside, to which a gateway may send on: NAT64 (RFC 6052, RFC 8215), 6to4
# (RFC 3056), Teredo (RFC 4380), IPv4-compatible (RFC 4291 §2.5.5.1).
_CARRIERS = tuple(
    map(
        ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10", "::ffff:0:0:0/96"),
    )
)


class AddressRefused(Unavailable):
    """The host's name leads to an address that is not public."""


def is_public(address: str) -> bool:
    """Whether an address is of the public internet, by the registries of IANA, and leads to nothing else."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return _is_global(found.ipv4_mapped)
    return _is_global(found) and not any(found in each for each in _CARRIERS if each.version == found.version)


def is_public_or_loopback(address: str) -> bool:
    """Like `is_public`; for development, also this machine."""
    try:
        return is_public(address) or ip_address(address).is_loopback
    except ValueError:
        return False


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for _, _, _, _, address in found]


def allowed(
    host: str, port: int, seconds: float, allows: Callable[[str], bool] = is_public, ask: Resolve = resolve
) -> str:
    """An address of a host to call; AddressRefused when any of its addresses is not allowed, OSError, TimeoutError."""
    found = _in_time(lambda: ask(host, port), seconds)
    # One that is not allowed beside others that are is an attack, not a mistake.
    if not found or not all(map(allows, found)):
        raise AddressRefused(f"{host} leads to an address that may not be called")
    return found[0]


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _in_time(call: Callable[[], list[str]], seconds: float) -> list[str]:
    """What the call finds within the time; the resolver of the system has no deadline of its own."""
    found: list[list[str]] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.append(call())
        except (OSError, UnicodeError) as error:
            failed.append(error if isinstance(error, OSError) else OSError("no name of a host"))

    thread = threading.Thread(target=ask, name="resolver", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError("the host's name is not resolved in time")
    return found[0]
