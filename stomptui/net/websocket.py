"""STOMP over WebSocket: the protocol of the `websockets` library on this package's own TCP and TLS."""

from __future__ import annotations

import asyncio
import codecs
import logging
from typing import TYPE_CHECKING

from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State

from stomptui.net import explain_web, upgrade
from stomptui.net.link import BACKLOG_LIMIT
from stomptui.net.proxy import dial
from stomptui.net.stage import Stage, stage

if TYPE_CHECKING:
    import ssl

    from websockets.http11 import Request

    from stomptui.net.transport import Receiver, Transport
    from stomptui.stomp.frame import Headers
    from stomptui.stomp.uri import Endpoint

CLOSE_LIMIT = 5.0
"""Seconds for what was written last and for the closing handshake, after which the connection is cut."""

FIRST = 64
"""Octets kept of an answer that is no HTTP: they tell a TLS port or a plain STOMP port."""

PIECE = 64 * 1024
"""Octets that are looked at together when a message is checked for UTF-8."""

_Decoder = codecs.getincrementaldecoder("utf-8")
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)

# The library logs every frame and header at DEBUG, passcodes and authorisation among them; and what it has
# to say at ERROR must not land on a terminal where a screen is.
_LOG = logging.getLogger("stomptui.net.websocket")
_LOG.setLevel(logging.INFO)
_LOG.addHandler(logging.NullHandler())


class WebSocket:
    """One WebSocket connection, the transport of a link and the receiver of what carries it.

    A message is the octets of a stream to it: where one ends means nothing to STOMP, and text is not decoded,
    since RabbitMQ sends bodies that are not UTF-8 as text. It has no task of its own: pausing pauses what
    carries it, and what was written is in the backlog of that. Made by `open_websocket`.
    """

    def __init__(self, protocol: ClientProtocol, receiver: Receiver) -> None:
        self._protocol = protocol
        self._receiver: Receiver | None = receiver
        self._carrier: Transport
        self._first = b""
        self.answer: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        """What is wrong with the answer to the opening handshake, None if nothing is."""

    @property
    def first(self) -> bytes:
        """The first octets of the answer to the opening handshake."""
        return self._first

    def begin(self, carrier: Transport, request: Request) -> None:
        """Start the opening handshake on an open connection."""
        self._carrier = carrier
        self._protocol.send_request(request)
        self._flush()

    # What the carrier tells.

    def received(self, data: memoryview) -> None:
        protocol = self._protocol
        if not self.answer.done():
            self._first += bytes(data[: FIRST - len(self._first)])
        protocol.receive_data(bytes(data))
        # Pongs, and the answer to a close. A peer that pings and reads nothing gets none in the end.
        answers = b"".join(protocol.data_to_send())
        if answers and self._carrier.backlog() < BACKLOG_LIMIT:
            self._carrier.write(answers)
        frames = [event for event in protocol.events_received() if isinstance(event, Frame)]
        if protocol.handshake_exc is not None or protocol.state is not State.CONNECTING:
            self._answered(protocol.handshake_exc)
        # In one piece: a slice of the link costs more than joining what one read has brought.
        pieces = [frame.data for frame in frames if frame.opcode in _DATA]
        if pieces and self._receiver is not None:
            self._receiver.received(memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces)))
        broken = self._receiver is not None and protocol.state is State.CLOSING
        if broken or any(frame.opcode is Opcode.CLOSE for frame in frames):
            self._carrier.close()
            self._end(None)

    def ended(self, error: Exception | None) -> None:
        self._protocol.receive_eof()  # an HTTP answer without a length ends here
        self._answered(error or self._protocol.handshake_exc)
        self._end(error)

    def write_ready(self, ready: bool) -> None:
        if self._receiver is not None:
            self._receiver.write_ready(ready)

    def _answered(self, failure: Exception | None) -> None:
        if self.answer.done():
            return
        self.answer.set_result(failure)
        if failure is not None:
            self._receiver = None  # it never had a connection

    def _end(self, error: Exception | None) -> None:
        self._protocol.receive_eof()  # the library says how a connection ended once it has ended
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            receiver.ended(error or explain_web.closed(self._protocol.close_exc))

    def _flush(self) -> None:
        # What asks for a half-close, which TLS has not, is empty.
        if data := b"".join(self._protocol.data_to_send()):
            self._carrier.write(data)

    # What a link asks for.

    def write(self, *frames: bytes) -> None:
        """Send each frame as a message: ActiveMQ reads no further than the first frame of one.

        It is text, which every broker takes, unless it is not UTF-8.
        """
        if self._protocol.state is not State.OPEN:
            return
        for data in frames:
            if _is_utf8(data):
                self._protocol.send_text(data)
            else:
                self._protocol.send_binary(data)
        self._flush()

    @property
    def said(self) -> str:
        """What the peer said as it closed, on one line."""
        close = self._protocol.close_rcvd
        return "" if close is None else explain_web.one_line(close.reason)

    def backlog(self) -> int:
        return self._carrier.backlog()

    def pause_reading(self) -> None:
        self._carrier.pause_reading()

    def resume_reading(self) -> None:
        self._carrier.resume_reading()

    def close(self) -> None:
        self._receiver = None
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
            self._flush()
            self._carrier.resume_reading()  # the peer's answer lies behind what was not read
            asyncio.get_running_loop().call_later(CLOSE_LIMIT, self._carrier.abort)

    def abort(self) -> None:
        self._receiver = None
        self._carrier.abort()

    async def gone(self) -> None:
        await self._carrier.gone()


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = _Decoder()  # in pieces: a text takes up to four times the memory of its octets
    view = memoryview(data)
    try:
        for start in range(0, len(data), PIECE):
            decoder.decode(view[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


async def open_websocket(
    endpoint: Endpoint,
    receiver: Receiver,
    *,
    context: ssl.SSLContext | None = None,
    http_headers: Headers = (),
    origin: str | None = None,
) -> WebSocket:
    """Open a WebSocket to `endpoint`, through the proxy that the environment names.

    The caller sets the time limit. `http_headers` and `origin` go into the HTTP request (RFC 6455, 4.1).

    Raises OSError, and with words that say what to do LocalProtocolError (a header that HTTP cannot carry),
    RemoteProtocolError (what answers is no such WebSocket) and ConnectionLost (it may be there later).
    """
    protocol = upgrade.protocol(endpoint, origin, _LOG)
    request = upgrade.request(protocol, http_headers)
    websocket = WebSocket(protocol, receiver)
    carrier = await dial(endpoint, websocket, context)
    try:
        websocket.begin(carrier, request)
        with stage(Stage.WEBSOCKET):
            failure = await websocket.answer
        if failure is not None:
            raise explain_web.not_opened(failure, websocket.first, endpoint) from failure
    except BaseException:  # cancelled too: a connection that nobody holds must not stay
        carrier.abort()
        raise
    return websocket
