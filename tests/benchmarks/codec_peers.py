"""What is compared: our codec and those of stomp.py and stompman, each as its own library drives it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import stompman.serde
from stomp import protocol, transport, utils
from stomp.exception import ConnectionClosedException
from stompman.frames import HeartbeatFrame

from stomptui.stomp.codec import Decoder, encode
from stomptui.stomp.frame import Frame
from tests.benchmarks.codec_streams import Made

Take = Callable[[Any], object]


class Peer(NamedTuple):
    """`decode` gives `take` every frame, and `meant` says what such a frame is.

    `frame` makes one of its own frames, which `encode` writes (and may change); `send` goes all the way from
    headers and a body to octets, as the library does it for a caller of its own.
    """

    name: str
    decode: Callable[[Iterable[bytes], Take], None]
    meant: Callable[[Any], Made]
    frame: Callable[[Made], Any]
    encode: Callable[[Any], bytes]
    send: Callable[[Made], bytes]


def read_all(frame: Any) -> None:
    """What stomp.py and stompman do for every frame, and ours when it is asked."""
    frame.headers  # noqa: B018
    frame.body  # noqa: B018


def _decode(pieces: Iterable[bytes], take: Take) -> None:
    decoder = Decoder("1.2")
    for piece in pieces:
        decoder.receive(piece)
        for item in decoder:
            if item.__class__ is Frame:
                take(item)


OURS = Peer(
    "stomptui",
    _decode,
    lambda frame: Made(frame.command, frame.headers, frame.body),
    lambda made: Frame(*made),
    lambda frame: encode(frame, "1.2"),
    lambda made: encode(Frame(*made), "1.2"),
)


class _Reading(transport.BaseTransport):  # type: ignore[misc]
    """stomp.py's reading loop without its socket and its listeners."""

    def __init__(self, pieces: Iterable[bytes], take: Take) -> None:
        super().__init__(auto_decode=False)
        self.running = True
        self._pieces = iter(pieces)
        self._take = take

    def receive(self) -> bytes | None:
        return next(self._pieces, None)

    def process_frame(self, frame: Any, _: bytes) -> None:
        if frame is not utils.HEARTBEAT_FRAME:
            self._take(frame)

    def read(self) -> None:
        try:
            while True:
                self._BaseTransport__read_frames()
        except ConnectionClosedException:
            pass


def _stomp_py_decode(pieces: Iterable[bytes], take: Take) -> None:
    _Reading(pieces, take).read()


class _Writing(transport.BaseTransport):  # type: ignore[misc]
    """stomp.py's way out without its socket."""

    sent = b""

    def send(self, encoded_frame: bytes) -> None:
        self.sent = encoded_frame


_transport = _Writing()
_protocol = protocol.Protocol12(_transport)


def _stomp_py_encode(frame: Any) -> bytes:
    _protocol._escape_headers(frame.headers)
    octets: bytes = utils.pack(utils.convert_frame(frame))
    return octets


def _stomp_py_send(made: Made) -> bytes:
    _protocol.send_frame(made.command, dict(made.headers), made.body)
    return _transport.sent


STOMP_PY = Peer(
    "stomp.py",
    _stomp_py_decode,
    lambda frame: Made(frame.cmd, tuple(frame.headers.items()), frame.body),
    lambda made: utils.Frame(made.command, dict(made.headers), made.body),
    _stomp_py_encode,
    _stomp_py_send,
)


def _stompman_decode(pieces: Iterable[bytes], take: Take) -> None:
    parser = stompman.serde.FrameParser()
    for piece in pieces:
        for frame in parser.parse_frames_from_chunk(piece):
            if frame.__class__ is not HeartbeatFrame:
                take(frame)


def _stompman_made(frame: Any) -> Made:
    command = stompman.serde.FRAMES_TO_COMMANDS[type(frame)].decode()
    return Made(command, tuple(frame.headers.items()), getattr(frame, "body", b""))


def _stompman_frame(made: Made) -> Any:
    kind: Any = stompman.serde.COMMANDS_TO_FRAMES[made.command.encode()]
    body = {"body": made.body} if kind in stompman.serde.FRAMES_WITH_BODY else {}
    return kind(headers=dict(made.headers), **body)


STOMPMAN = Peer(
    "stompman",
    _stompman_decode,
    _stompman_made,
    _stompman_frame,
    stompman.serde.dump_frame,
    lambda made: stompman.serde.dump_frame(_stompman_frame(made)),
)
