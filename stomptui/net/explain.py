"""What went wrong on a connection, in one line each: what happened, what it means, what to do."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from typing import TYPE_CHECKING

from stomptui.net import binding, explain_tls
from stomptui.net.stage import Stage
from stomptui.stomp.endpoint import WEB_SCHEMES
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from stomptui.stomp.errors import RemoteProtocolError
    from stomptui.stomp.frame import Frame
    from stomptui.stomp.uri import Endpoint

WORDS = 300
"""Characters kept of what a broker says: longer texts are read in the ERROR frame itself."""

_STOMP = re.compile(rb"[\r\n]*[A-Z]{0,32}(?:\r?\n|\r?\Z)")
_HTTP = re.compile(rb"\s*(?:HTTP/\d|<!doctype html|<html|<\?xml)", re.IGNORECASE)
_LOGIN = ("access refused", "password", "passcode", "authenti", "login", "log in", "credential")
_ECHO = re.compile(rb"[\r\n]*CONNECT\r?\n")
_BEFORE = "the broker answered there before"
_HANGS = f"{_BEFORE}, so it hangs, or has too much to do"
_OTHERS = (
    (0, b"SSH-", "an SSH server"),
    (0, b"AMQP", "an AMQP port"),
    (0, b"220 ", "a mail or FTP server"),
    (4, b"\x01ActiveMQ", "ActiveMQ's OpenWire port"),
)


def unreachable(error: OSError, endpoint: Endpoint, *, known: bool = False) -> str:
    """Say why no connection came about; `error` is what the operating system raised.

    Here and below `known` says that this client was logged in at that address before.
    """
    where = endpoint.address
    if isinstance(error, ssl.SSLError) or (endpoint.tls and isinstance(error, ConnectionResetError)):
        return explain_tls.no_handshake(error, endpoint)
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_AGAIN:
            return f"{endpoint.host}: no name server answered; check the network, or use the address itself"
        return f"{endpoint.host}: this host name is unknown; check its spelling in the URI"
    if isinstance(error, ConnectionRefusedError) and known:
        return f"{where}: connection refused; is the broker running? It answered there before"
    if isinstance(error, ConnectionRefusedError):
        return f"{where}: connection refused; is the broker running, and is this its STOMP port?"
    if isinstance(error, TimeoutError):
        return f"{where}: no answer to the connection attempt; check host and port, a firewall may swallow it"
    if endpoint.bind is not None and error.errno in binding.NO_WAY:
        return f"{where}: {binding.no_way(endpoint.bind, error)}"
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return f"{where}: there is no route to this host; check the address and the network"
    return f"{where}: {error.strerror or error}"


def no_connection_in_time(endpoint: Endpoint, stage: Stage | None = None, *, known: bool = False) -> str:
    """Say that connecting took too long, and what was waited for when the time was over."""
    where, limit = endpoint.address, f"within {endpoint.timeout:g} s"
    if stage is Stage.NAME:
        return (
            f"{endpoint.host}: the look-up of this name was not answered {limit}; "
            "check the network, or use the address itself"
        )
    if stage is Stage.TLS:
        return explain_tls.not_in_time(endpoint)
    if stage is Stage.PROXY:
        return f"{where}: the proxy did not connect {limit}; check that it may reach this host and port"
    if stage is Stage.WEBSOCKET:
        return f"{where}: the WebSocket handshake was not answered {limit}; is this a WebSocket port?"
    if known:
        return f"{where}: no connection {limit}; {_BEFORE}, so it hangs, or the network carries nothing"
    return f"{where}: no connection {limit}; check host and port, a firewall may swallow it"


def no_credentials_in_time(endpoint: Endpoint) -> str:
    """Say that the function which gives the login and the passcode took too long."""
    limit = f"within {endpoint.timeout:g} s"
    return (
        f"{endpoint.address}: whom to log in as was not given by `credentials` {limit}, "
        "so no connection was tried; ?timeout= in the URI gives it longer"
    )


def not_stomp(first: bytes, endpoint: Endpoint) -> str | None:
    """Say what answered if `first`, the first octets received, is no broker; None while it may be one."""
    where = endpoint.address
    if _ECHO.match(first):
        return f"{where}: what answers there sends back what it gets, it is no broker; {_elsewhere(endpoint)}"
    if _STOMP.match(first):
        return None
    if first[:1] == b"\x15" and first[1:2] in (b"\x03", b""):
        if len(first) < 2:
            return None
        return f"{where}: this port speaks TLS (a TLS alert came back); use stomp+ssl://"
    if _HTTP.match(first):
        return f"{where}: this is an HTTP server, STOMP usually listens on 61613, over WebSocket use ws://"
    for at, octets, what in _OTHERS:
        if first.startswith(octets, at):
            return f"{where}: this is {what}, STOMP usually listens on 61613"
    words = f"what answers there does not speak STOMP, it began with {first[:24]!r}"
    return f"{where}: {words}; {_elsewhere(endpoint)}"


def _elsewhere(endpoint: Endpoint) -> str:
    if endpoint.scheme in WEB_SCHEMES:
        return _is_it(endpoint)
    return "STOMP usually listens on 61613"


def unreadable(error: RemoteProtocolError, first: bytes, endpoint: Endpoint) -> str:
    """Say why no CONNECTED could be read from what began with `first`; `error` is where that ended."""
    return not_stomp(first, endpoint) or f"{endpoint.address}: the answer to CONNECT cannot be read: {error}"


def silent(endpoint: Endpoint, received: int, *, known: bool = False) -> str:
    """Say that CONNECT was not answered in time; `received` counts the octets that did come."""
    if received:
        return (
            f"{endpoint.address}: CONNECT was not answered within {endpoint.timeout:g} s, "
            f"only {received} octets came that are no CONNECTED and no ERROR"
        )
    web = endpoint.scheme in WEB_SCHEMES
    return (
        f"{endpoint.address}: the {'WebSocket' if web else 'port'} is open but CONNECT was not answered "
        f"within {endpoint.timeout:g} s; {_HANGS if known else _is_it(endpoint)}"
    )


def _is_it(endpoint: Endpoint) -> str:
    if endpoint.scheme in WEB_SCHEMES:
        return f"is STOMP spoken at {endpoint.path}?"
    return "is it a STOMP port?" if endpoint.tls else "is it a plain STOMP port? For TLS use stomp+ssl://"


def ended_before_connected(
    endpoint: Endpoint,
    error: Exception | None,
    values: list[str],
    unread: int,
    said: str = "",
    *,
    known: bool = False,
) -> str:
    """Say that the peer closed before CONNECTED; `values` are those of the headers of CONNECT.

    `unread` octets of a frame had come; `said` is what the peer said as it closed.
    """
    how = "reset the connection" if error is not None else "closed the connection"
    if isinstance(error, ssl.SSLError):
        return explain_tls.ended_before_connected(error, endpoint)
    if isinstance(error, StompError):
        return f"{endpoint.address}: before CONNECTED {error}"
    if unread:
        middle = f"in the middle of its answer to CONNECT ({unread} octets of it had come)"
        return f"{endpoint.address}: the peer {how} {middle}"
    words = f"{endpoint.address}: the peer {how} before CONNECTED and sent no ERROR{_but(said)}"
    if not endpoint.escape_connect and any("\\" in value for value in values):
        return f"{words}; CONNECT holds a backslash, which RabbitMQ unescapes: try ?escape-connect=yes"
    if known:
        return f"{words}; {_BEFORE}: it may be stopping, or starting"
    if endpoint.tls and endpoint.scheme not in WEB_SCHEMES:
        return f"{words}; {explain_tls.may_want(endpoint)}"
    return f"{words}; {_is_it(endpoint)}"


def _but(said: str) -> str:
    return f", it said: {said}" if said else ""


def refused(frame: Frame, endpoint: Endpoint, connect: Frame) -> str:
    """Say what an ERROR in answer to `connect` means: virtual host, login, version, or its own words."""
    said = broker_words(frame)
    # What adds to it follows behind a semicolon; three dots say that it was cut.
    words = f"{endpoint.address}: {said if said.endswith('...') else said.removesuffix('.')}"
    low = said.lower()
    if "virtual host" in low or "vhost" in low or "hosting" in low:
        host = connect.first("host", "")
        path = "" if endpoint.scheme in WEB_SCHEMES else f"as {endpoint.scheme}://HOST/NAME or "
        return f"{words}; host:{host} was sent, name another {path}with ?host=NAME"
    if any(word in low for word in _LOGIN):
        login = connect.first("login")
        if login is None:
            only = ", only a client certificate" if endpoint.cert is not None else ""
            return f"{words}; no login was sent{only}: name a user as {endpoint.scheme}://USER@HOST"
        return f"{words}; check the passcode of user {login!r}"
    if "version" in low:
        return f"{words}; STOMP {connect.first('accept-version', '1.0')} was offered"
    return words


def broker_words(frame: Frame) -> str:
    """What an ERROR says, on one line: its `message`, and the first line of the body if it adds to it."""
    head = " ".join((frame.first("message") or "").split())
    # ActiveMQ's bodies are stack traces of some kB; their first line is a class name and the message again.
    first = frame.start(4 * WORDS).decode("utf-8", "replace").strip()
    trace = "\n\tat " in first
    line = " ".join(first.split("\n", 1)[0].split())
    if not head:
        words = line or "ERROR without a word"
    elif not line or trace or head in line:
        words = head if trace or not line else line
    else:
        words = f"{head}: {line}"
    return words if len(words) <= WORDS else words[: WORDS - 3] + "..."


def how_it_ended(error: Exception | None, *, after_error: bool, unread: int, said: str = "") -> str:
    """Say how a connection ended: `error` None is end of stream, `unread` octets of a frame had come.

    `said` is what the peer said as it closed.
    """
    middle = f" in the middle of a frame ({unread} octets of it had come)" if unread else ""
    if error is None:
        words = f"the broker closed the connection{middle}"
        return f"{words} after its ERROR" if after_error else f"{words} and sent no ERROR{_but(said)}"
    if isinstance(error, ConnectionResetError):
        words = "the connection was reset by the peer"
    elif isinstance(error, BrokenPipeError):
        words = "the broker had closed the connection already"
    elif isinstance(error, TimeoutError):
        words = "the connection timed out: the network no longer carries it"
    elif isinstance(error, ssl.SSLError):
        words = f"TLS broke: {explain_tls.words(error)}"
    elif isinstance(error, StompError):
        words = str(error)
    else:
        words = f"the connection broke: {getattr(error, 'strerror', None) or error}"
    if after_error:
        words += " after its ERROR"
    return f"{words},{middle}" if middle else words
