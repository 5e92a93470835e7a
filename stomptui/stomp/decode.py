"""Octets become frames, heart-beats and what is neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.escapes import ESCAPED, PADDED, UNESCAPED_COMMANDS, VERSIONS, rules
from stomptui.stomp.examine import COMMANDS, FATAL, WITH_BODY, marks
from stomptui.stomp.frame import Frame, Mark, received
from stomptui.stomp.limits import DEFAULTS, Limits
from stomptui.stomp.limits import NONE as NO_LIMITS
from stomptui.stomp.scan import LENGTH, Buffer, Scan


class HeartBeat(NamedTuple):
    """`count` EOLs in a row between frames; `offset` counts octets from the connection's first."""

    count: int  # type: ignore[assignment]  # it hides tuple.count, which nobody misses
    offset: int


class Malformed(NamedTuple):
    """Octets that form no frame; `offset` counts octets from the connection's first."""

    raw: bytes
    offset: int
    words: str
    section: str


Item = Frame | HeartBeat | Malformed

_HEAD = re.compile(rb"(?:[^\n:].*+\n)++\n")
_EOL = re.compile(rb"\r?\n")
_NULS = re.compile(rb"\0+")
_EOLS = re.compile(rb"(?:\r?\n)+")
_ORDINARY = bytes(octet for octet in range(0x80) if octet not in b"\0\n\r:\\")
_PLAIN = frozenset(b"\n" + b":\n" * count + b"\n" for count in range(64))
"""What is left of a head without its ordinary octets, when nothing in it needs a closer look."""
_QUICK = {octets: name for octets, name in COMMANDS.items() if name not in UNESCAPED_COMMANDS}
_QUICK_HEAD = 4096
"""Octets within which the end of a head is looked for at one go; longer ones are searched line by line."""


class Decoder:
    """Reads one direction of a connection: `receive` octets, then iterate until more are needed.

    Iterating yields Frame, HeartBeat and Malformed, and goes on after the next `receive`. It raises
    RemoteProtocolError where the stream breaks, then and ever after; what is left is in `unread`. `strict`
    raises also for what the specification calls fatal. `version` may be set between two items and holds from
    the next; a CONNECTED sets it by itself.
    """

    __slots__ = (
        "_after", "_base", "_buffer", "_error", "_escapes_1_0", "_incoming", "_most", "_plain", "_position",
        "_quick", "_rules", "_scan", "_stray", "_version", "limits", "strict",
    )  # fmt: skip

    def __init__(
        self,
        version: str | None = None,
        limits: Limits = DEFAULTS,
        strict: bool = False,
        *,
        escapes_1_0: bool = False,
    ) -> None:
        self.limits = limits
        self.strict = strict
        self._version = version
        self._escapes_1_0 = escapes_1_0
        self._rules = rules(version, escapes_1_0)
        self._buffer: Buffer = b""
        self._position = 0
        self._base = 0
        self._incoming: list[bytes] = []
        self._plain = True
        self._after = False
        self._stray = 0
        self._scan: Scan | None = None
        self._error: RemoteProtocolError | None = None
        self._most = limits.body
        self._quick = min(
            _QUICK_HEAD, limits.command_line, limits.header_line, limits.head, limits.headers * 2
        )

    @property
    def version(self) -> str | None:
        """The version whose rules hold for the next item; None before CONNECTED."""
        return self._version

    @version.setter
    def version(self, version: str | None) -> None:
        self._version = version
        self._rules = rules(version, self._escapes_1_0)

    @property
    def escapes_1_0(self) -> bool:
        """Whether the peer escapes header values in STOMP 1.0 too, as RabbitMQ does."""
        return self._escapes_1_0

    @escapes_1_0.setter
    def escapes_1_0(self, escapes: bool) -> None:
        self._escapes_1_0 = escapes
        self._rules = rules(self._version, escapes)

    @property
    def unread(self) -> bytes:
        """The octets received that no item has taken yet."""
        return bytes(self._buffer[self._position :]) + b"".join(self._incoming)

    def receive(self, data: bytes | bytearray | memoryview) -> None:
        """Take octets from the peer; only buffers them."""
        buffer = self._buffer
        if isinstance(buffer, bytearray):
            buffer += data
        elif self._position >= len(buffer) and not self._incoming:
            self._base += len(buffer)
            self._buffer = bytes(data)
            self._position = 0
        else:
            self._incoming.append(bytes(data))

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        if not self._plain:
            return self._next()
        # The quick way: a whole frame in the buffer, its head found and cleared of suspicion by a few looks.
        buffer, start = self._buffer, self._position
        match = _HEAD.match(buffer, start, start + self._quick)
        if match is None:
            return self._next()
        head: bytes = match[0]
        command = _QUICK.get(head[: head.find(b"\n")])
        if command is None:
            return self._next()
        rest = head.translate(None, _ORDINARY)
        plain = rest in _PLAIN or self._fine(head, rest)
        if not plain and (b"\0" in rest or b"\r" in rest):
            return self._next()
        end = match.end()
        at = head.rfind(LENGTH)
        if at < 0:
            stop = buffer.find(b"\0", end)
        else:
            at += len(LENGTH)
            digits = head[at : head.find(b"\n", at)]
            if not digits.isdigit() or len(digits) > 9 or head.find(LENGTH, 0, at - 1) >= 0:
                return self._next()
            stop = end + int(digits)
        if (
            not end <= stop < len(buffer)
            or buffer[stop]
            or stop - end > self._most
            or (stop > end and command not in WITH_BODY)
        ):
            return self._next()
        found = () if plain else marks(head, command, self._rules, self._version)
        if found and self.strict:
            return self._next()
        after = stop + 1
        frame = received(buffer[start:after], end - start, command, self._rules, found)  # type: ignore[arg-type]
        self._after = True
        if after < len(buffer) and buffer[after] == 10:
            after += 1
            self._after = False
        self._position = after
        return frame

    def _fine(self, head: bytes, rest: bytes) -> bool:
        r"""Say whether a head with backslashes is as good as plain: all are `\c`, as in ActiveMQ's ids."""
        if rest.replace(b"\\", b"") not in _PLAIN:
            return False
        return not self._rules & ESCAPED or head.count(b"\\") == head.count(b"\\c")

    def _next(self) -> Item:
        self._plain = False
        while self._error is None:
            try:
                item = self._item()
            except RemoteProtocolError as error:
                error.offset = self._base + self._position
                self._error = error
                break
            if item is not None:
                return item
            if not self._refill():
                raise StopIteration
        raise self._error

    def _refill(self) -> bool:
        """Put what came in meanwhile behind the unfinished item; False when nothing did."""
        incoming = self._incoming
        if isinstance(self._buffer, bytes) or self._position == len(self._buffer):
            rest = bytearray(self._buffer[self._position :])
            self._base += self._position
            self._position = 0
            self._buffer = rest if rest or incoming else b""
        if not incoming:
            return False
        assert isinstance(self._buffer, bytearray)
        self._buffer += b"".join(incoming)
        incoming.clear()
        return True

    def _take(self, length: int) -> bytes:
        """Take `length` octets as one finished item."""
        start = self._position
        end = start + length
        buffer = self._buffer
        if isinstance(buffer, bytes):
            self._position = end
            taken = buffer[start:end]
        else:
            with memoryview(buffer) as view:
                taken, self._buffer = bytes(view[start:end]), bytes(view[end:])
            self._base += end
            self._position = 0
        self._scan = None
        self._plain = not self._stray
        return taken

    def _close(self) -> None:
        """Pass the EOL that closes a frame if it is there already, so that the next can go the quick way."""
        self._after = True
        eol = _EOL.match(self._buffer, self._position)
        if eol is not None:
            self._position = eol.end()
            self._after = False

    def _item(self) -> Item | None:
        """Return the next item, None when more octets are needed."""
        if self._scan is None:
            beats = self._between()
            if beats is not None:
                return beats
            if self._scan is None:
                return None
        scan = self._scan
        blank = self._version is None or self._version == "1.0"
        length = scan.end(self._buffer, self._position, self.limits, blank)
        if not length:
            return None
        offset = self._base + self._position
        if scan.malformed:
            if self.strict:
                raise RemoteProtocolError("a NUL in the command line")
            item = Malformed(
                self._take(length), offset, "a NUL in the command line", "STOMP 1.2, Augmented BNF"
            )
            self._close()
            return item
        return self._frame(scan, length)

    def _between(self) -> HeartBeat | None:
        """Pass what stands between two frames; a frame's first octet starts a scan."""
        buffer, at = self._buffer, self._position
        while at < len(buffer):
            octet = buffer[at]
            if not octet:
                run = len(_NULS.match(buffer, at)[0])  # type: ignore[index]  # one NUL there is
                self._stray += run
                at += run
                continue
            match = _EOLS.match(buffer, at) if octet == 10 or octet == 13 else None
            if match is None:
                if octet != 13 or at + 1 < len(buffer):
                    self._scan = Scan()
                break
            if not self._after:
                self._position = at
                offset = self._base + at
                return HeartBeat(self._take(match.end() - at).count(b"\n"), offset)
            self._after = False
            at += 1 if octet == 10 else 2
        self._position = at
        if at == len(buffer) and not self._stray and isinstance(buffer, bytes):
            self._plain = True
        return None

    def _frame(self, scan: Scan, length: int) -> Frame:
        buffer, start = self._buffer, self._position
        head = bytes(buffer[start : start + scan.head])
        line = head[: head.index(b"\n")].removesuffix(b"\r")
        command = COMMANDS.get(line) or line.decode("utf-8", "surrogateescape")
        version, how = self._version, self._rules
        if command in UNESCAPED_COMMANDS:
            header = b"\nversion:" if command == "CONNECTED" else b"\naccept-version:"
            how = 0 if header in head else PADDED
        found = marks(head, command, how, version, bodied=length > scan.head + 1, bare=scan.bare)
        if self.strict and command != "ERROR":
            for mark in found:
                if mark.code in FATAL:
                    raise RemoteProtocolError(mark.words)
        if self._stray:
            words = f"{self._stray} NUL before this frame"
            found = (Mark("stray-nul", 0, words, "STOMP 1.2, Augmented BNF"), *found)
            self._stray = 0
        frame = received(self._take(length), scan.head, command, how, found)
        self._close()
        if command == "CONNECTED":
            frame = self._connected(frame)
        return frame

    def _connected(self, frame: Frame) -> Frame:
        version = frame.first("version", "1.0")
        if version in VERSIONS:
            self.version = version
            return frame
        self.version = VERSIONS[-1]
        at = frame.raw.find(b"\nversion:") + 1
        mark = Mark("unknown-version", at, f"CONNECTED names version {version!r}", "STOMP 1.2, Connecting")
        frame.marks = (*frame.marks, mark)
        return frame


def decode(raw: bytes, version: str | None, *, escapes_1_0: bool = False) -> Frame:
    """Return the one frame whose octets are `raw`, command to NUL; raises RemoteProtocolError."""
    decoder = Decoder(version, NO_LIMITS, escapes_1_0=escapes_1_0)
    decoder.receive(raw)
    for item in decoder:
        if isinstance(item, Frame) and not decoder.unread:
            return item
        break
    raise RemoteProtocolError("these octets are not one frame")
