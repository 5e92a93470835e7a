"""A STOMP frame: made by us, or received and read only as far as somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from stomptui.stomp import head as heads
from stomptui.stomp.escapes import PADDED

Headers = Iterable[tuple[str, str]] | Mapping[str, str]
"""What is taken wherever headers are given; as pairs they keep order and repeats."""

SECRETS = ("passcode",)
"""Headers whose values never show."""

BLOT = "***"


class AckMode(StrEnum):
    """The `ack` header of SUBSCRIBE."""

    AUTO = "auto"
    CLIENT = "client"
    CLIENT_INDIVIDUAL = "client-individual"


class Mark(NamedTuple):
    """Something in a frame that departs from the specification, `offset` octets into the frame's raw octets.

    `section` names where the specification says otherwise, `code` is for programs, `words` for people.
    """

    code: str
    offset: int
    words: str
    section: str


class Frame:
    """One frame; immutable by convention. Two are equal when command, headers and body are.

    `raw` holds the octets as received or encoded, from the command to the NUL, or nothing for a frame that
    was only made; its head ends at `end`. `marks` lists its departures from the specification.
    """

    __slots__ = ("_body", "_headers", "_rules", "command", "end", "marks", "raw")

    command: str
    raw: bytes
    marks: tuple[Mark, ...]
    end: int
    _headers: tuple[tuple[str, str], ...] | None
    _body: bytes | None
    _rules: int

    def __init__(
        self, command: str, headers: Headers = (), body: bytes | bytearray | memoryview = b""
    ) -> None:
        self.command = command
        self.raw = b""
        self.marks = ()
        # A tuple of pairs is taken as it is: most frames are made of one.
        self._headers = headers if headers.__class__ is tuple else pairs(headers)
        self._body = bytes(body)
        self.end = 0
        self._rules = 0

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers in order, repeats kept; in STOMP 1.0 with the padding they came with."""
        if self._headers is None:
            self._headers = heads.read(self.raw[: self.end], self._rules)
        return self._headers

    @property
    def body(self) -> bytes:
        """The octets between head and NUL."""
        if self._body is None:
            self._body = self.raw[self.end : -1]
        return self._body

    @property
    def size(self) -> int:
        """How many octets the body has; copies nothing."""
        return len(self.raw) - 1 - self.end if self._body is None else len(self._body)

    def start(self, octets: int) -> bytes:
        """Return the first `octets` of the body, or all of a shorter one, without a copy of the rest."""
        if self._body is None:
            return self.raw[self.end : min(self.end + octets, len(self.raw) - 1)]
        return self._body[:octets]

    @property
    def view(self) -> memoryview:
        """The octets of the body where they lie: what a large one is looked at with, as `body` is a copy."""
        if self._body is None:
            return memoryview(self.raw)[self.end : -1]
        return memoryview(self._body)

    def first(self, name: str, default: str | None = None) -> str | None:
        """Return the value of header `name`, the first of repeats, without reading the others.

        Header names are case-sensitive. STOMP 1.0's padding is taken off. STOMP 1.2, Repeated Header Entries.
        """
        if self._headers is None and not self.marks and not self._rules & PADDED:
            key = heads.needle(name)
            if key is not None:
                value = heads.seek(self.raw, self.end, key, self._rules)
                return default if value is None else value
        for other, value in self._meanings():
            if other == name:
                return value
        return default

    def all(self, name: str) -> list[str]:
        """Return every value of header `name` in order; STOMP 1.0's padding is taken off."""
        return [value for other, value in self._meanings() if other == name]

    def _meanings(self) -> Iterable[tuple[str, str]]:
        if self._rules & PADDED:
            return [(name.strip(heads.BLANKS), value.strip(heads.BLANKS)) for name, value in self.headers]
        return self.headers

    def redacted(self, names: Iterable[str] = SECRETS) -> Frame:
        """Return this frame with `***` for the values of headers `names` (in any case), in `raw` too."""
        secret = {name.lower() for name in names}
        chosen = [name.strip().lower() in secret for name, _ in self.headers]
        if True not in chosen:
            return self
        frame = Frame(self.command, blotted(self.headers, secret), self.body)
        frame.marks, frame._rules = self.marks, self._rules
        if self.raw:
            head, changes = heads.blot(self.raw[: self.end], chosen, BLOT.encode())
            frame.raw, frame.end = head + self.raw[self.end :], len(head)
            frame.marks = tuple(mark._replace(offset=_moved(mark.offset, changes)) for mark in self.marks)
        return frame

    def without(self, secrets: Iterable[bytes]) -> Frame:
        """Return this frame as it came but with `*` for each octet of any of `secrets`, wherever it is."""
        raw = hidden(self.raw, secrets)
        if raw == self.raw:
            return self
        frame = Frame(self.command)
        frame.raw, frame.end, frame.marks, frame._rules = raw, self.end, self.marks, self._rules
        frame._headers = frame._body = None
        return frame

    def with_raw(self, raw: bytes) -> Frame:
        """Return this frame with `raw`, the octets that `encode` made of it."""
        frame = Frame(self.command, self.headers, self.body)
        frame.raw, frame.marks, frame._rules = raw, self.marks, self._rules
        frame.end = len(raw) - 1 - len(frame.body)
        return frame

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frame):
            return NotImplemented
        return (self.command, self.headers, self.body) == (other.command, other.headers, other.body)

    def __hash__(self) -> int:
        return hash((self.command, self.headers, self.body))

    def __repr__(self) -> str:
        shown = list(blotted(self.headers, set(SECRETS)))
        body = repr(self.body) if self.size <= 64 else f"{self.start(48)!r}... {self.size} octets"
        marks = f", marks={[mark.code for mark in self.marks]}" if self.marks else ""
        return f"Frame({self.command!r}, {shown!r}, {body}{marks})"


def received(raw: bytes, end: int, command: str, rules: int, marks: tuple[Mark, ...] = ()) -> Frame:
    """Return the frame that `raw` is: its head ends at `end`, `rules` say how its headers are read."""
    frame = _new(Frame)
    frame.command = command
    frame.raw = raw
    frame.marks = marks
    frame._headers = None
    frame._body = None
    frame.end = end
    frame._rules = rules
    return frame


_new = Frame.__new__


def pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Return `headers` as pairs."""
    if not isinstance(headers, (tuple, list)) and isinstance(headers, Mapping):
        headers = headers.items()
    return tuple([(name, value) for name, value in headers])


def hidden(octets: bytes, secrets: Iterable[bytes]) -> bytes:
    """Return `octets` with `*` for each octet of any of `secrets`: as many as before."""
    for secret in secrets:
        octets = octets.replace(secret, b"*" * len(secret))
    return octets


def blotted(headers: Iterable[tuple[str, str]], secret: set[str]) -> tuple[tuple[str, str], ...]:
    """Return `headers` with `***` for the values of those named in `secret` (lower case)."""
    return tuple((name, BLOT if name.strip().lower() in secret else value) for name, value in headers)


def _moved(offset: int, changes: list[tuple[int, int, int]]) -> int:
    """Return where the octet at `offset` is after `changes`; in a changed line, where that line starts."""
    moved = offset
    for start, end, growth in changes:
        if offset >= end:
            moved += growth
        elif offset >= start:
            moved -= offset - start
    return moved


def connect(
    host: str,
    *,
    versions: Iterable[str] = ("1.0", "1.1", "1.2"),
    login: str | None = None,
    passcode: str | None = None,
    heart_beat: tuple[int, int] = (0, 0),
    headers: Headers = (),
) -> Frame:
    """Make CONNECT; `heart_beat`: the milliseconds we can send at, and want. STOMP 1.2, Connecting."""
    offered = tuple(versions)
    made = [("accept-version", ",".join(offered)), ("host", host)]
    if login is not None:
        made.append(("login", login))
    if passcode is not None:
        made.append(("passcode", passcode))
    if heart_beat != (0, 0) and offered != ("1.0",):
        made.append(("heart-beat", f"{heart_beat[0]},{heart_beat[1]}"))
    return Frame("CONNECT", (*made, *pairs(headers)))


def send(
    destination: str,
    body: bytes = b"",
    *,
    content_type: str | None = None,
    headers: Headers = (),
    receipt: str | None = None,
    transaction: str | None = None,
    content_length: bool = True,
) -> Frame:
    """Make SEND; a body that holds NUL gets its content-length in any case. STOMP 1.2, SEND."""
    own = pairs(headers)
    made = [("destination", destination)]
    if content_type is not None:
        made.append(("content-type", content_type))
    made += _common(transaction, receipt)
    made += own
    if (content_length or b"\0" in body) and not any(name == "content-length" for name, _ in own):
        made.append(("content-length", str(len(body))))
    return Frame("SEND", made, body)


def subscribe(
    destination: str,
    id: str,
    *,
    ack: AckMode = AckMode.AUTO,
    headers: Headers = (),
    receipt: str | None = None,
) -> Frame:
    """Make SUBSCRIBE. STOMP 1.2, SUBSCRIBE."""
    made = [("destination", destination), ("id", id), ("ack", str(ack)), *_common(None, receipt)]
    return Frame("SUBSCRIBE", (*made, *pairs(headers)))


def unsubscribe(
    id: str,
    *,
    destination: str | None = None,
    headers: Headers = (),
    receipt: str | None = None,
) -> Frame:
    """Make UNSUBSCRIBE; some STOMP 1.0 brokers want the destination too. STOMP 1.2, UNSUBSCRIBE."""
    made = [("id", id)] if destination is None else [("id", id), ("destination", destination)]
    return Frame("UNSUBSCRIBE", (*made, *_common(None, receipt), *pairs(headers)))


def begin(transaction: str, *, receipt: str | None = None, headers: Headers = ()) -> Frame:
    """Make BEGIN. STOMP 1.2, BEGIN."""
    return Frame("BEGIN", (*_common(transaction, receipt), *pairs(headers)))


def commit(transaction: str, *, receipt: str | None = None, headers: Headers = ()) -> Frame:
    """Make COMMIT. STOMP 1.2, COMMIT."""
    return Frame("COMMIT", (*_common(transaction, receipt), *pairs(headers)))


def abort(transaction: str, *, receipt: str | None = None, headers: Headers = ()) -> Frame:
    """Make ABORT. STOMP 1.2, ABORT."""
    return Frame("ABORT", (*_common(transaction, receipt), *pairs(headers)))


def disconnect(*, receipt: str | None = None, headers: Headers = ()) -> Frame:
    """Make DISCONNECT. STOMP 1.2, DISCONNECT."""
    return Frame("DISCONNECT", (*_common(None, receipt), *pairs(headers)))


def settle(
    command: str,
    id_headers: Iterable[tuple[str, str]],
    *,
    transaction: str | None = None,
    receipt: str | None = None,
    headers: Headers = (),
) -> Frame:
    """Make ACK or NACK; `id_headers` name the message as the version wants it. STOMP 1.2, ACK."""
    return Frame(command, (*id_headers, *_common(transaction, receipt), *pairs(headers)))


def _common(transaction: str | None, receipt: str | None) -> list[tuple[str, str]]:
    made = [] if transaction is None else [("transaction", transaction)]
    return made if receipt is None else [*made, ("receipt", receipt)]
