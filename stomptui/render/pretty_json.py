"""JSON laid out for reading, not parsed: number text, repeated keys, order and escapes stay as they came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stomptui.render.rows import STEP, Begins
from stomptui.render.strides import Stride

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from stomptui.render.rows import Piece, Whole

DEEPEST = 32
"""Levels that are indented; deeper ones stay at this one, so that a row of brackets keeps rows short."""

FREE_INDENT = 1_000_000
"""Octets of indentation before it is held to eight times the body: brackets alone make sixty.

Rows of a stride do not count: nothing keeps their indentation.
"""

SHORT = 460
"""Octets that a row of a stride has at most, its indentation included."""

_WS = rb"[ \t\r\n]{0,4096}+"
_STRING = rb'"(?:[^"\\]{1,64}+|\\.){0,512}+"'
_KEY = b"(?:(" + _STRING + b")" + _WS + b":" + _WS + b")?"
_EMPTY = rb"\{" + _WS + rb"\}|\[" + _WS + rb"\]"
_VALUE = _STRING + b"(?!" + _WS + rb":)|[-+.\w]{1,4096}+|" + _EMPTY + rb"|[{\[]"
_LINE = re.compile(
    _WS + b"(?:" + _KEY + b"(" + _VALUE + rb")|([}\]]))(?:" + _WS + b"(,))?+", re.DOTALL | re.ASCII
)
_LONG_STRING = re.compile(_WS + _KEY + b'"', re.DOTALL)
_STRING_PART = re.compile(rb'((?:[^"\\]{1,64}+|\\.){0,64}+)("(?:' + _WS + b",)?+)?", re.DOTALL)
_QUOTE = re.compile(b'"')
_BLANK = re.compile(rb"[ \t\r\n]{1,8192}+")
_RAW = re.compile(rb"[^\n]{0,4096}+\n?+")
_CLOSES = {b"{": b"}", b"[": b"]"}

# What `_LINE` matches, where it is short and no bracket before a comma: as many at once as a stride has.
_SHORT_STRING = rb'"(?:[^"\\]{1,64}+|\\.){0,3}+"'
_SHORT_VALUE = (
    _SHORT_STRING + b"(?!" + _WS + rb":)|[-+.\w]{1,128}+(?![-+.\w])|" + _EMPTY + rb"|[{\[](?!" + _WS + b",)"
)
_SHORT_LINE = (
    _WS
    + b"(?>(?:" + _SHORT_STRING + _WS + b":" + _WS + b")?(?:" + _SHORT_VALUE + rb")|[}\]])(?:" + _WS + b",)?+"
)  # fmt: skip
_STRIDES = tuple(
    (count, re.compile(b"(?:(?>%b)){%d}" % (_SHORT_LINE, count), re.DOTALL | re.ASCII)) for count in (STEP, 8)
)
_ANY_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_CLOSING = bytes.maketrans(b"{[", b"}]")
INDENT = tuple(b"  " * level for level in range(DEEPEST + 1))
FLAT = (b"",) * (DEEPEST + 1)


def json_pieces(body: Whole, start: int = 0, opened: bytes = b"") -> Iterator[Piece]:
    """Lay `body` out, one key and value a row; each piece costs a bounded amount of work, whatever `body` is.

    From the first octet that cannot belong to JSON the rest comes as it is, after a row that says so. It may
    begin at the octet `start` where a row begins, with what ends each bracket `opened` before.
    """
    return (piece for piece in _pieces(body, start, opened, strides=False) if not isinstance(piece, Stride))


def json_strides(body: Whole) -> Iterator[Piece | Stride]:
    """The same, where successive rows are short a stride of them at once: ten times as fast."""
    return _pieces(body, 0, b"", strides=True)


def json_again(body: Whole, start: int, opened: bytes) -> Iterator[bytes]:
    """The octets of the rows of a stride, and of what follows it."""
    return (octets for _, octets, _ in json_pieces(body, start, opened))


def _pieces(body: Whole, start: int, opened: bytes, *, strides: bool) -> Iterator[Piece | Stride]:
    position, open_ = start or (3 if body[:3] == b"\xef\xbb\xbf" else 0), bytearray(opened)
    indented, levels = 0, INDENT
    tried = 0 if strides else len(_STRIDES)
    while True:
        if tried < len(_STRIDES) and len(open_) <= DEEPEST and levels is INDENT:
            count, pattern = _STRIDES[tried]
            found = pattern.match(body, position)
            if found is None or (after := _after(open_, found.group())) is None:
                tried += 1
                continue
            position = found.end()
            yield Stride(position, count, bytes(open_))
            open_ = after
            continue
        indent = levels[min(len(open_), DEEPEST)]
        indented += len(indent)
        if indented > position * 8 + FREE_INDENT:
            levels = FLAT
        line = _LINE.match(body, position)
        if line is None:
            blank = _BLANK.match(body, position)
            if blank is not None:
                position = blank.end()
                yield position, b"", Begins.NOTHING
                continue
            if (string := _LONG_STRING.match(body, position)) is not None and _closes(body, string.end()):
                yield string.end(), indent + _key(string.group(1)) + b'"', Begins.ROW
                position = yield from _rest_of_string(body, string.end())
                continue
            break
        key, value, close, comma = line.groups(b"")
        if close:
            if not open_ or open_[-1:] != close:
                break
            open_.pop()
            yield line.end(), levels[min(len(open_), DEEPEST)] + close + comma, Begins.ROW
        elif value in _CLOSES:
            if comma:
                break
            yield line.end(), indent + _key(key) + value, Begins.ROW
            open_ += _CLOSES[value]
        else:
            if value[0] in b"{[":
                value = value[:1] + value[-1:]
            yield line.end(), indent + _key(key) + value + comma, Begins.ROW
        position = line.end()
        if strides:
            tried = 0
    if position < len(body):
        yield from as_it_is(body, position, "JSON")
    elif open_:
        yield position, b"-- ends here, with %d not closed" % len(open_), Begins.NOTE


def _after(open_: bytearray, octets: bytes) -> bytearray | None:
    """What is open after `octets`, whole rows; None where a bracket ends what it did not begin."""
    brackets = _ANY_STRING.sub(b"", octets).translate(None, _NO_BRACKETS)
    while (less := brackets.replace(b"{}", b"").replace(b"[]", b"")) != brackets:
        brackets = less
    ends = brackets.rstrip(b"{[")
    kept = len(open_) - len(ends)
    if kept < 0 or open_[kept:][::-1] != ends:
        return None
    return open_[:kept] + brackets[len(ends) :].translate(_CLOSING)


def _key(key: bytes | None) -> bytes:
    return key + b": " if key else b""


def _closes(body: Whole, position: int) -> bool:
    return _QUOTE.search(body, position) is not None


def _rest_of_string(body: Whole, position: int) -> Generator[Piece, None, int]:
    while (part := _STRING_PART.match(body, position)) is not None and part.end() > position:
        position = part.end()
        text, end = part.groups(b"")
        yield position, text + (b'",' if end[-1:] == b"," else end), Begins.NOTHING
        if end:
            break
    return position


def as_it_is(body: Whole, position: int, name: str) -> Iterator[Piece]:
    yield position, b"-- no %s from octet %d on; the rest as it came" % (name.encode(), position), Begins.NOTE
    for line in _RAW.finditer(body, position):
        if line.group():
            begins = line.start() == position or body[line.start() - 1] == 0x0A
            yield line.end(), line.group().rstrip(b"\r\n"), Begins.ROW if begins else Begins.NOTHING
