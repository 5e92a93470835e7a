"""Being led through a proxy: the talk with it, and then everything for the receiver behind it."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from typing import TYPE_CHECKING, NoReturn

from stomptui.stomp.errors import AccessRefused, ConnectionLost, RemoteProtocolError

if TYPE_CHECKING:
    from stomptui.net.proxy import Proxy
    from stomptui.net.transport import Receiver, Transport

ANSWER_LIMIT = 64 * 1024
"""Octets of the head of a proxy's answer."""

_STATUS = re.compile(rb"HTTP/[\d.]+ (\d{3}) ?([^\r\n]{0,100})")

# RFC 1928 section 6.
_SOCKS_REFUSALS = {
    2: "its rules do not allow it",
    3: "its network is unreachable",
    4: "its host is unreachable, or the name is unknown there",
    5: "connection refused",
    6: "it took too long",
}


class Tunnel:
    """The receiver of a connection to a proxy."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._open = False
        self._octets = b""
        self._ended = False
        self._more = asyncio.Event()

    def received(self, data: memoryview) -> None:
        if self._open:
            self._receiver.received(data)
        else:
            self._octets += data
            self._more.set()

    def write_ready(self, ready: bool) -> None:
        self._receiver.write_ready(ready)

    def ended(self, error: Exception | None) -> None:
        if self._open:
            self._receiver.ended(error)
        else:
            self._ended = True
            self._more.set()

    async def until(self, end: bytes) -> bytes:
        """What comes before `end`, or all that came before the connection ended or was too much."""
        while end not in self._octets and not self._ended and len(self._octets) <= ANSWER_LIMIT:
            await self._wait()
        head, _, self._octets = self._octets.partition(end)
        return head

    async def exactly(self, count: int) -> bytes:
        """The next `count` octets, or as many as came before the connection ended."""
        while len(self._octets) < count and not self._ended:
            await self._wait()
        taken, self._octets = self._octets[:count], self._octets[count:]
        return taken

    async def _wait(self) -> None:
        self._more.clear()
        await self._more.wait()

    def open(self) -> None:
        """The talk is over: what else came is for the receiver behind, and so is all that follows."""
        self._open = True
        if self._octets:
            self._receiver.received(memoryview(self._octets))
        if self._ended:
            self._receiver.ended(None)


async def by_http(tunnel: Tunnel, carrier: Transport, proxy: Proxy, host: str, port: int) -> None:
    """Ask for a connection as HTTP has it. RFC 9110 section 9.3.6."""
    to = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    carrier.write(f"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n".encode() + proxy.authorization() + b"\r\n")
    answer = await tunnel.until(b"\r\n\r\n")
    status = _STATUS.match(answer)
    if status is None:
        _no_proxy(answer, proxy)
    code = int(status[1])
    said = f"HTTP {code} {status[2].decode('latin-1')}".rstrip()
    if code == 407:
        _wants_login(proxy)
    if code >= 500:
        raise ConnectionLost(f"{proxy} cannot connect to it: {said}")
    if code // 100 != 2:
        raise RemoteProtocolError(f"{proxy} may not connect to it: {said}; have it allowed, or use no_proxy")


async def by_socks(tunnel: Tunnel, carrier: Transport, proxy: Proxy, host: str, port: int) -> None:
    """Ask for a connection as SOCKS 5 has it; the proxy looks up the name. RFC 1928, RFC 1929."""
    carrier.write(b"\x05\x01\x00" if proxy.login is None else b"\x05\x02\x00\x02")
    answer = await tunnel.exactly(2)
    if len(answer) < 2 or answer[:1] != b"\x05":
        _no_proxy(answer, proxy)
    if answer[1] == 2 and proxy.login is not None:
        user, password = (text[:255] for text in proxy.login)
        carrier.write(b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password)
        answer = await tunnel.exactly(2)
        if answer[1:] != b"\x00":
            _wants_login(proxy)
    elif answer[1] != 0:
        _wants_login(proxy)
    carrier.write(b"\x05\x01\x00" + _socks_address(host) + port.to_bytes(2, "big"))
    answer = await tunnel.exactly(4)
    if len(answer) < 4:
        _no_proxy(answer, proxy)
    if answer[1] != 0:
        why = _SOCKS_REFUSALS.get(answer[1], f"SOCKS code {answer[1]}")
        raise ConnectionLost(f"{proxy} cannot connect to it: {why}")
    rest = {1: 4, 4: 16}.get(answer[3])
    await tunnel.exactly((rest if rest is not None else (await tunnel.exactly(1) or b"\0")[0]) + 2)


def _socks_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return b"\x03" + bytes([len(host)]) + host.encode()
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


def _wants_login(proxy: Proxy) -> NoReturn:
    scheme = "socks5" if proxy.socks else "http"
    raise AccessRefused(
        f"{proxy} wants a login, or another one: {proxy.variable}={scheme}://USER:PASSWORD@HOST:PORT"
    )


def _no_proxy(answer: bytes, proxy: Proxy) -> NoReturn:
    what = f"it began with {answer[:24]!r}" if answer else "it closed the connection"
    raise RemoteProtocolError(
        f"{proxy} does not answer as a proxy: {what}; correct {proxy.variable} in the environment"
    )
