"""Octets become frames, heart-beats and what is neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from stomptui.stomp.errors import RemoteProtocolError
from stomptui.stomp.escapes import ESCAPED, SIMPLE, UNESCAPED_COMMANDS, VERSIONS, rules, sound
from stomptui.stomp.examine import COMMANDS, FATAL, WITH_BODY, marks, rules_of
from stomptui.stomp.frame import Frame, Mark, received
from stomptui.stomp.limits import DEFAULTS, Limits
from stomptui.stomp.marking import shown
from stomptui.stomp.scan import Buffer, Scan


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

_OTHERS = rb"(?:(?!content-length:)[^\n:].*+\n)*+"
_HEAD = re.compile(rb"([A-Z]++)\n%b(?:content-length:([0-9]{1,9})\n%b)?\n" % (_OTHERS, _OTHERS))
"""A whole head; no header is without a name, and the content-length, if there is one, is sound."""
_EOL = re.compile(rb"\r?\n")
_NULS = re.compile(rb"\0+")
_EOLS = re.compile(rb"(?:\r?\n)+")
_ORDINARY = bytes(octet for octet in range(0x80) if octet not in b"\0\n\r:\\")
_PLAIN = frozenset(b"\n" + b":\n" * count + b"\n" for count in range(64))
"""What is left of a head without its ordinary octets, when nothing in it needs a closer look."""
_PROVED = b"\\" + bytes(range(0x80, 0x100))
"""Octets that may stand in a simple head too, once its escapes and its UTF-8 have been looked at."""
_QUICK = {octets: name for octets, name in COMMANDS.items() if name not in UNESCAPED_COMMANDS}
_NOTHING: Iterator[Item] = iter(())
LARGE = 1 << 20
"""Octets still missing of a frame from which on they are written to where it will lie, and never copied."""
_QUICK_HEAD = 4096
"""Octets within which the end of a head is looked for at one go; longer ones are searched line by line."""


class Decoder:
    """Reads one direction of a connection: `receive` octets, then iterate until more are needed.

    Iterating yields Frame, HeartBeat and Malformed; iterate again after the next `receive`. It raises
    RemoteProtocolError where the stream breaks, then and ever after; what is left is in `unread`. `strict`
    raises also for what the specification calls fatal. `version` may be set between two items and holds from
    the next; a CONNECTED sets it by itself.
    """

    __slots__ = (
        "_after", "_awaited", "_base", "_buffer", "_error", "_escapes_1_0", "_incoming", "_large", "_looked",
        "_missing", "_plain", "_position", "_quick", "_rules", "_scan", "_stray", "_version", "_wanted",
        "limits", "strict",
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
        self._wanted = 0
        self._awaited = b""
        self._looked = 0
        self._large: BytesIO | None = None
        self._missing = 0
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
        large = b"" if self._large is None else self._large.getvalue()
        return large + bytes(self._buffer[self._position :]) + b"".join(self._incoming)

    def receive(self, data: bytes | bytearray | memoryview) -> None:
        """Take octets from the peer; only buffers them."""
        buffer = self._buffer
        if type(buffer) is bytearray:
            buffer += data
            return
        if self._large is not None:
            self._fill(self._large, data)
            return
        rest = len(buffer) - self._position
        if not rest and not self._incoming:
            self._base += len(buffer)
            self._buffer = bytes(data)
            self._position = 0
        elif len(data) < rest or self._incoming or self._stray or self._error is not None:
            self._incoming.append(bytes(data))
        else:
            # Begin an item that is not all there anew: what is looked at again is no longer than what came.
            self._base += self._position
            self._buffer = b"".join((buffer[self._position :], data))
            self._position = 0
            self._scan = None
            self._plain = True

    def _fill(self, large: BytesIO, data: bytes | bytearray | memoryview) -> None:
        """Take octets of a large frame that is known to the octet, and what follows it."""
        missing = self._missing
        if len(data) < missing:
            large.write(data)
            self._missing = missing - len(data)
            return
        with memoryview(data) as view:
            large.write(view[:missing])
            if missing < len(data):
                self._incoming.append(bytes(view[missing:]))
        self._buffer = large.getvalue()  # the very octets that were written, not a copy of them
        self._large, self._missing, self._wanted = None, 0, 0

    def __iter__(self) -> Iterator[Item]:
        buffer = self._buffer
        if (length := len(buffer)) < self._wanted and (
            not self._awaited or buffer.find(self._awaited, self._looked) < 0
        ):
            self._looked = length
            return _NOTHING
        return self._items()

    def __next__(self) -> Item:
        for item in self:
            return item
        raise StopIteration

    def _items(self) -> Iterator[Item]:
        # A generator: it costs less than a call of __next__ for each item, above all where there is none.
        while True:
            # The quick way: a whole frame in the buffer, its head found and proved by a few looks.
            while self._plain:
                buffer, start = self._buffer, self._position
                match = _HEAD.match(buffer, start, start + self._quick)
                if match is None:
                    break
                head: bytes = match[0]
                line, digits = match.groups()
                command = _QUICK.get(line)
                if command is None:
                    break
                rest = head.translate(None, _ORDINARY)
                found: tuple[Mark, ...] = ()
                how = self._rules | SIMPLE
                if rest not in _PLAIN:
                    if b"\0" in rest or b"\r" in rest:
                        break
                    found, how = self._examined(head, rest, command)
                end = start + len(head)
                stop = buffer.find(b"\0", end) if digits is None else end + int(digits)
                if (
                    not end <= stop < len(buffer)
                    or buffer[stop]
                    or stop - end > self.limits.body
                    or (stop > end and command not in WITH_BODY)
                    or (found and self.strict)
                ):
                    break
                after = stop + 1
                frame = received(buffer[start:after], len(head), command, how, found)  # type: ignore[arg-type]
                self._after = True
                if after < len(buffer) and buffer[after] == 10:
                    after += 1
                    self._after = False
                self._position = after
                yield frame
            item = self._next()
            if item is None:
                return
            yield item

    def _examined(self, head: bytes, rest: bytes, command: str) -> tuple[tuple[Mark, ...], int]:
        """Look at a head that is not plain, and return its marks and by what rules it is read."""
        version, how = self._version, self._rules
        if rest.translate(None, _PROVED) in _PLAIN and (not how & ESCAPED or sound(head, version)):
            how |= SIMPLE
            if head.isascii():
                return (), how
        return marks(head, command, how, version), how

    def _next(self) -> Item | None:
        """Return the next item the thorough way, None when more octets are needed."""
        if self._position == len(self._buffer) and not self._incoming and self._error is None:
            return None
        self._plain = False
        self._wanted = 0
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
                return None
        raise self._error

    def _refill(self) -> bool:
        """Put what came in meanwhile behind the unfinished item; False when nothing did."""
        if not self._incoming:
            self._rest()
            return False
        self._buffer = bytearray(b"").join((self._buffer[self._position :], *self._incoming))
        self._base += self._position
        self._position = 0
        self._incoming.clear()
        return True

    def _rest(self) -> None:
        """Note what an unfinished item waits for, so that octets which cannot finish it cost little."""
        if self._position == len(self._buffer):
            self._base += self._position
            self._position = 0
            self._buffer = b""
        elif self._scan is not None and isinstance(self._buffer, bytearray):
            length, self._awaited = self._scan.awaits(self.limits)
            self._wanted = self._position + length
            self._looked = len(self._buffer)
            missing = self._wanted - self._looked
            if missing >= LARGE and not self._awaited:
                self._large, self._missing = BytesIO(), missing
                with memoryview(self._buffer) as view:
                    self._large.write(view[self._position :])
                self._base += self._position
                self._position = 0
                self._buffer = b""

    def _take(self, length: int) -> bytes:
        """Take `length` octets as one finished item."""
        start = self._position
        end = start + length
        buffer = self._buffer
        if isinstance(buffer, bytes):
            self._position = end
            taken = buffer[start:end]
            if self._incoming and end == len(buffer):  # behind a large frame
                self._buffer = b"".join(self._incoming)
                self._incoming.clear()
                self._base += end
                self._position = 0
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
        version, how = self._version, rules_of(head, command, self._rules)
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
        words = f"CONNECTED names version {shown(version or '')}"
        mark = Mark("unknown-version", at, words, "STOMP 1.2, Connecting")
        frame.marks = (*frame.marks, mark)
        return frame
