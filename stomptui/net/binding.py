"""Connecting from one address of this machine: the `bind` option of a URI."""

from __future__ import annotations

import errno
import os
import socket
from typing import TypeVar

from stomptui.stomp.errors import ConnectionLost

Bind = tuple[str, int]
"""An IP address of this machine and a port, 0 for any."""

NO_WAY = frozenset(
    (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EADDRINUSE, errno.EINVAL)
)
"""What connecting from a bound socket fails with when nothing is wrong with the broker."""

_NAMES = {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}

Place = TypeVar("Place", bound=tuple[str, int])


def of_family(
    addresses: list[tuple[socket.AddressFamily, Place]], bind: Bind, host: str
) -> list[tuple[socket.AddressFamily, Place]]:
    """Those of the addresses of `host` that can be reached from `bind`; raises ConnectionLost for none."""
    family = socket.AF_INET6 if ":" in bind[0] else socket.AF_INET
    fit = [address for address in addresses if address[0] == family]
    if not fit:
        name = _NAMES[family]
        raise ConnectionLost(f"{host}: bind={bind[0]} is {name}, and this host has no {name} address")
    return fit


def bound(connection: socket.socket, bind: Bind) -> None:
    """Bind `connection`; raises ConnectionLost in words."""
    address, port = bind
    try:
        # Looked up for the zone of a link-local address, which is a number in what the system takes.
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        if port and os.name == "posix":  # else a port is of no use for a minute after its last connection
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind(found[0][4])
    except OSError as error:
        raise ConnectionLost(f"{_why(bind, error)}; correct bind= in the URI, or leave it out") from None


def no_way(bind: Bind, error: OSError) -> str:
    """Say that nothing can be reached from `bind`, though it is an address of this machine."""
    address, port = bind
    if error.errno in (errno.EADDRNOTAVAIL, errno.EADDRINUSE) and port:
        return f"bind={address}:{port}: this port has a connection to it already, or had one just now"
    return f"bind={address}: no way leads there from this address of this machine; name another, or none"


def _why(bind: Bind, error: OSError) -> str:
    address, port = bind
    if error.errno == errno.EADDRINUSE:
        return f"bind={address}:{port}: this port is in use"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"bind={address}:{port}: this port may not be used by you"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"bind={address}: this machine has no such address now"
    return f"bind={address}: {error.strerror or error}"
