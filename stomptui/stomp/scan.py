"""Where one frame ends: a search that goes on where it stopped, however the octets are cut."""

from __future__ import annotations

from stomptui.stomp.errors import LimitExceeded, RemoteProtocolError
from stomptui.stomp.limits import Limits

Buffer = bytes | bytearray

LENGTH = b"\ncontent-length:"

_DIGITS = 18
"""A content-length with more digits than this is beyond any limit (and beyond what `int` takes)."""

_UNKNOWN = -2


class Scan:
    """How far the search for one frame's end has got; offsets count from the frame's first octet.

    `head` is the length of the head once known, `bare` says that a NUL ended the head before its blank line,
    `malformed` that a NUL stands in the command line; `body_end` is where the body's NUL is or must be, -1
    while that is searched for. No octet is looked at twice.
    """

    __slots__ = ("bare", "body_end", "count", "head", "line", "malformed", "seen")

    def __init__(self) -> None:
        self.line = 0
        self.seen = 0
        self.count = 0
        self.head = 0
        self.body_end = _UNKNOWN
        self.bare = False
        self.malformed = False

    def end(self, buffer: Buffer, start: int, limits: Limits, blank: bool) -> int:
        """Return the length of the frame at `start`, its NUL included; 0 when it is not all there.

        `blank` allows one blank before a content-length (STOMP 1.0). Raises RemoteProtocolError.
        """
        if not self.head and not self._find_head(buffer, start, limits, blank):
            return 0
        if self.malformed or self.bare:
            return self.head + 1
        if self.body_end < 0 and not self._find_body(buffer, start, limits, blank):
            return 0
        if start + self.body_end >= len(buffer):
            return 0
        if buffer[start + self.body_end]:
            size = self.body_end - self.head
            raise RemoteProtocolError(f"content-length is {size}, but no NUL follows the body of that length")
        return self.body_end + 1

    def awaits(self, limits: Limits) -> tuple[int, bytes]:
        """Return what more is needed once `end` gave 0: that length, or before it the octet given with it.

        A length of 0 says that any octet may do.
        """
        if self.body_end >= 0:
            return self.body_end + 1, b""
        if self.head:
            return self.head + limits.body + 1, b"\0"
        if self.seen > self.line > 0:
            return min(self.line + limits.header_line, limits.head) + 1, b"\n"
        return 0, b""

    def _find_head(self, buffer: Buffer, start: int, limits: Limits, blank: bool) -> bool:
        if not self.line and not self._find_command(buffer, start, limits):
            return False
        while not self.malformed:
            line = start + self.line
            if line >= len(buffer):
                return False
            if not buffer[line]:
                self.head, self.bare = self.line, True
                content_length(bytes(buffer[start:line]), blank)
                return True
            stop = self._line_end(buffer, start, line, limits)
            if stop < 0:
                return False
            self.line = self.seen = stop + 1 - start
            if stop == line or (stop == line + 1 and buffer[line] == 13):
                self.head = self.line
                break
            self.count += 1
            if self.count > limits.headers:
                raise _exceeded(
                    f"a frame has more than {limits.headers} headers", "headers", "max-headers=COUNT"
                )
        return True

    def _find_command(self, buffer: Buffer, start: int, limits: Limits) -> bool:
        stop = buffer.find(b"\n", start + self.seen, start + limits.command_line + 1)
        nul = buffer.find(b"\0", start + self.seen, start + limits.command_line + 1 if stop < 0 else stop)
        if nul >= 0:
            self.head, self.malformed = nul - start, True
        elif stop >= 0:
            self.line = self.seen = stop + 1 - start
        elif len(buffer) - start > limits.command_line:
            raise LimitExceeded(
                f"a command line is longer than {limits.command_line} octets (limit `command_line`)"
            )
        else:
            self.seen = len(buffer) - start
            return False
        return True

    def _line_end(self, buffer: Buffer, start: int, line: int, limits: Limits) -> int:
        stop = buffer.find(b"\n", start + self.seen)
        reached = stop if stop >= 0 else len(buffer)
        self.seen = reached - start
        last = min(line + limits.header_line, start + limits.head)
        if reached <= last:
            return stop
        if last == line + limits.header_line:
            words = f"a header is longer than {limits.header_line} octets"
            raise _exceeded(words, "header_line", "max-header=SIZE")
        raise _exceeded(f"command and headers are longer than {limits.head} octets", "head", "max-head=SIZE")

    def _find_body(self, buffer: Buffer, start: int, limits: Limits, blank: bool) -> bool:
        if self.body_end == _UNKNOWN:
            self.body_end = -1
            length = content_length(bytes(buffer[start : start + self.head]), blank)
            if length is not None:
                if length > limits.body:
                    words = f"content-length is {length}, more than {limits.body} octets"
                    raise _exceeded(words, "body", "max-body=SIZE")
                self.body_end = self.head + length
                return True
        last = start + self.head + limits.body + 1
        nul = buffer.find(b"\0", start + self.seen, last)
        if nul >= 0:
            self.body_end = nul - start
            return True
        if len(buffer) >= last:
            raise _exceeded(f"a body is longer than {limits.body} octets", "body", "max-body=SIZE")
        self.seen = len(buffer) - start
        return False


def _exceeded(words: str, limit: str, option: str) -> LimitExceeded:
    return LimitExceeded(f"{words} (limit `{limit}`); ?{option} in a client's URI allows more")


def content_length(head: bytes, blank: bool) -> int | None:
    """Return the first content-length of `head` (which ends at a line end), None where it has none.

    Raises RemoteProtocolError unless it is written in ASCII digits alone. STOMP 1.2, Header content-length.
    """
    at = head.find(LENGTH)
    if at < 0:
        return None
    at += len(LENGTH)
    text = head[at : head.index(b"\n", at)].removesuffix(b"\r")
    digits = text.removeprefix(b" ") if blank else text
    if not digits.isdigit():
        shown = repr(text[:20])[1:]
        raise RemoteProtocolError(
            f"content-length is {shown}{'...' if len(text) > 20 else ''}, not a number of octets"
        )
    digits = digits.lstrip(b"0")
    return int(digits or b"0") if len(digits) <= _DIGITS else 10**_DIGITS
