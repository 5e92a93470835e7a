"""What went wrong on a WebSocket, in one line each: what happened, what it means, what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from websockets.exceptions import (
    ConnectionClosed,
    InvalidMessage,
    InvalidStatus,
    NegotiationError,
    PayloadTooBig,
)
from websockets.frames import CloseCode

from stomptui.stomp.errors import AccessRefused, ConnectionLost, LimitExceeded, RemoteProtocolError

if TYPE_CHECKING:
    from stomptui.stomp.errors import StompError
    from stomptui.stomp.uri import Endpoint

WORDS = 200
"""Characters kept of what a server says."""

PATHS = "RabbitMQ has /ws, Spring often /ws or /stomp, with SockJS /websocket behind it"

_IN_ORDER = (CloseCode.NORMAL_CLOSURE, CloseCode.GOING_AWAY, CloseCode.NO_STATUS_RCVD)
_MEANINGS: dict[int, str] = {
    CloseCode.PROTOCOL_ERROR: "it found a fault in the WebSocket protocol",
    CloseCode.UNSUPPORTED_DATA: "it does not take text, or not binary messages",
    CloseCode.INVALID_DATA: "it could not read a message, a text that is not UTF-8 for example",
    CloseCode.POLICY_VIOLATION: "a message broke its rules",
    CloseCode.MESSAGE_TOO_BIG: "a message was larger than it takes: send smaller bodies",
    CloseCode.INTERNAL_ERROR: "it failed itself",
    CloseCode.SERVICE_RESTART: "it restarts",
    CloseCode.TRY_AGAIN_LATER: "it is overloaded",
}


_STATUS = re.compile(rb"HTTP/[\d.]+ (\d{3}) ?([^\r\n]*)")


def not_opened(error: Exception, first: bytes, endpoint: Endpoint) -> Exception:
    """What to raise for an opening handshake that failed with `error`; `first` is how the answer began."""
    where = endpoint.address
    if isinstance(error, OSError):
        return error
    if isinstance(error, InvalidStatus):
        answer = error.response
        location = answer.headers.get("Location", "nowhere")
        return _refused(answer.status_code, answer.reason_phrase, endpoint, location, answer.body or b"")
    if isinstance(error, InvalidMessage):
        status = _STATUS.match(first)
        if status is not None:  # a server of HTTP/1.0, or one that does not keep to the rules
            return _refused(int(status[1]), status[2].decode("latin-1"), endpoint)
        return _no_http(first, endpoint)
    if isinstance(error, NegotiationError):
        return RemoteProtocolError(
            f"{where}: the server took the WebSocket on terms that were not offered: {one_line(str(error))}"
        )
    return RemoteProtocolError(
        f"{where}: the answer to the WebSocket handshake is wrong: {one_line(str(error))}; "
        "a proxy or gateway between may not pass WebSockets on"
    )


def _refused(
    code: int, reason: str, endpoint: Endpoint, location: str = "nowhere", body: bytes | bytearray = b""
) -> StompError:
    path = one_line(endpoint.path or "/")
    words = f"{endpoint.address}: HTTP {code} {one_line(reason)}".rstrip()
    if 300 <= code < 400:
        return RemoteProtocolError(
            f"{words}: sent on to {one_line(location)}; name that place in the URI, as ws:// or wss://"
        )
    if code in (401, 403, 407):
        return AccessRefused(
            f"{words}: {path} is refused before any STOMP login; "
            "it may want HTTP authorisation (--http-header) or another Origin (--origin)"
        )
    if code in (404, 405):
        return RemoteProtocolError(f"{words}: no WebSocket at {path}; {PATHS}")
    if 200 <= code < 300:
        return RemoteProtocolError(f"{words}: {path} is an ordinary web page, no WebSocket; {PATHS}")
    if code == 429 or code >= 500:
        return ConnectionLost(f"{words}: the server, or a gateway before it, cannot serve {path} now")
    if b"HTTPS port" in body:
        return RemoteProtocolError(f"{words}: this port speaks TLS, use wss://")
    said = one_line(body[: 4 * WORDS].decode("utf-8", "replace"))
    words = f"{words}: the WebSocket at {path} was refused"
    return RemoteProtocolError(f"{words}: {said}" if said else words)


def _no_http(first: bytes, endpoint: Endpoint) -> StompError:
    where = endpoint.address
    if not first:
        hint = "is this port for TLS (wss://)?" if not endpoint.tls else "is this the WebSocket port?"
        return ConnectionLost(
            f"{where}: the peer closed the connection and gave no answer to the WebSocket handshake; {hint}"
        )
    if first[:2] == b"\x15\x03":
        return RemoteProtocolError(f"{where}: this port speaks TLS (a TLS alert came back), use wss://")
    if first.lstrip(b"\r\n").startswith((b"ERROR", b"CONNECTED")):
        scheme = "stomp+ssl" if endpoint.tls else "stomp"
        return RemoteProtocolError(f"{where}: this port speaks STOMP without WebSocket, use {scheme}://")
    return RemoteProtocolError(
        f"{where}: what answers there is no web server, so no WebSocket; it began with {first[:24]!r}"
    )


def closed(error: ConnectionClosed) -> Exception | None:
    """What ended an open WebSocket; None if the peer closed it in order (1000, 1001, or no code)."""
    cause = error.__cause__
    if isinstance(cause, PayloadTooBig):
        return LimitExceeded(
            f"the broker sends a WebSocket message larger than the limits `head` and `body` together: {cause}"
            "; ?max-body=SIZE in a client's URI allows more"
        )
    if error.rcvd is not None:
        code, reason = error.rcvd.code, one_line(error.rcvd.reason)
        if code in _IN_ORDER:
            return None
        meaning = _MEANINGS.get(code)
        return ConnectionLost(
            f"the broker closed the WebSocket with code {code}"
            + (f" ({meaning})" if meaning else "")
            + (f": {reason}" if reason else "")
        )
    if error.sent is not None:
        return RemoteProtocolError(f"what the broker sends is no WebSocket: {one_line(error.sent.reason)}")
    return ConnectionLost("the connection ended without the close that a WebSocket ends with")


def one_line(text: str) -> str:
    """`text` without its line ends, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= WORDS else line[: WORDS - 3] + "..."
