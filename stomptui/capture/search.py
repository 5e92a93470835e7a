"""Text find over raw octets, in slices."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stomptui.capture.store import Capture

SLICE = 0.004
"""Seconds of one slice; the loop may stand still for 8 ms."""
PIECE = 1 << 19
"""Octets looked through between two looks at the clock: about half a millisecond."""
HEX = "hex:"
"""Before octets that are searched as they are."""
WAYS = 4
"""Beginnings of a text that are looked for one by one."""

_NEVER = 1 << 62
Find = Callable[[bytes, int], int]
"""(octets in lower case, from where) -> where the text is from there on, or -1."""


class Piece(NamedTuple):
    """The octets of successive records from id `first` on, end to end; `ends` says where each ends."""

    first: int
    raw: bytes
    ends: Sequence[int]


class Finder(NamedTuple):
    """`finds`: one for each way in which the text may be spelled, at most `longest` octets long.

    `needles` are the same as octets, where each is the same whatever the case (in lower case if it `folds`);
    for other letters the spellings of the first few, of which one must be there.
    """

    finds: tuple[Find, ...]
    longest: int
    piece: int
    needles: tuple[bytes, ...]
    folds: bool = True
    plain: bool = True


def octets_of(text: str) -> bytes | None:
    """The octets that `hex:0a 1b` stands for; None for any other text. Raises ValueError in words."""
    if not text.startswith(HEX):
        return None
    digits = "".join(text[len(HEX) :].split())
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        octets = b""
    if not octets:
        raise ValueError("hex: takes pairs of digits 0-9 and a-f, as in hex:0a1b")
    return octets


def finder(text: str) -> Finder | None:
    """How `text` is found, whatever its case; None if no record can hold it.

    ASCII letters match in either case, other letters in the cases that Unicode gives a single letter.
    A text with a colon or a backslash is also found as STOMP escapes it in headers. `hex:0a1b` is found as
    those octets, and as nothing else.
    """
    try:
        octets = octets_of(text)
    except ValueError:
        return None
    if octets is not None:
        sought = octets
        return Finder((lambda raw, at: raw.find(sought, at),), len(octets), PIECE, (octets,), folds=False)
    try:
        encoded = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None
    if not encoded or b"\0" in encoded:
        return None
    spellings = dict.fromkeys((text, text.replace("\\", "\\\\").replace(":", "\\c")))
    plain = text.isascii()
    finds = tuple(_plain(spelling) if plain else _lettered(spelling) for spelling in spellings)
    needles = tuple(needle for spelling in spellings for needle in _beginnings(spelling))
    return Finder(finds, 4 * len(encoded), PIECE if plain else PIECE // 8, needles, plain=plain)


def _beginnings(text: str) -> list[bytes]:
    """In how many ways a text may begin, in lower case: some of its first letters, all of ASCII."""
    ways = [b""]
    for letter in text:
        more = [way + case for way in ways for case in _cases(letter)]
        if len(more) > WAYS:
            break
        ways = more
    return ways


def _plain(text: str) -> Find:
    needle = text.lower().encode()
    return lambda octets, at: octets.find(needle, at)


def _lettered(text: str) -> Find:
    expression = re.compile(b"".join(map(_letter, text)))

    def find(octets: bytes, at: int) -> int:
        match = expression.search(octets, at)
        return match.start() if match else -1

    return find


def _letter(letter: str) -> bytes:
    return b"(?:" + b"|".join(map(re.escape, _cases(letter))) + b")"


def _cases(letter: str) -> list[bytes]:
    """How a letter may be written, once ASCII is in lower case."""
    if letter.isascii():
        return [letter.lower().encode()]
    cases = (letter, letter.lower(), letter.upper())
    return sorted({case.encode("utf-8", "surrogateescape").lower() for case in cases})


def search(capture: Capture, text: str, after: int, backwards: bool) -> Iterator[int | None]:
    """See `Capture.search`."""
    how = finder(text)
    if how is None:
        return
    if backwards:
        yield from between(capture, how, after - 1, 0, backwards=True)
        yield from between(capture, how, capture.last_id, after - 1, backwards=True)
    else:
        yield from between(capture, how, after + 1, _NEVER)  # what arrives meanwhile included
        yield from between(capture, how, 0, after + 1)


def between(
    capture: Capture, how: Finder, id_: int, end: int, *, backwards: bool = False
) -> Iterator[int | None]:
    """Search from `id_` on, before `end`; what is dropped meanwhile is passed over.

    Yields ids, and None wherever some milliseconds of looking found nothing.
    """
    until = time.perf_counter() + SLICE
    while (piece := capture.piece(id_, how.piece, backwards)) is not None:
        first, raw, ends = piece
        found = _hits(piece, how) if len(raw) <= how.piece else []
        for hit in reversed(found) if backwards else found:
            if hit <= end if backwards else hit >= end:
                return
            yield hit
        for here in holds(raw, how) if len(raw) > how.piece else ():
            if here:
                yield first
                break
            yield None
        id_ = first - 1 if backwards else first + len(ends)
        if id_ <= end if backwards else id_ >= end:
            return
        if found or time.perf_counter() >= until:
            yield None
            until = time.perf_counter() + SLICE


def holds(raw: bytes, how: Finder) -> Iterator[bool]:
    """Whether the text begins in a piece of the octets of one record, for each piece of them."""
    for start in range(0, len(raw), how.piece):
        octets = raw[start : start + how.piece + how.longest]
        octets = octets.lower() if how.folds else octets
        yield any(find(octets, 0) >= 0 for find in how.finds)


def _hits(piece: Piece, how: Finder) -> list[int]:
    """The ids in a piece whose octets hold the text, ascending."""
    octets = piece.raw.lower() if how.folds else piece.raw
    hits: set[int] = set()
    for find in how.finds:
        at = find(octets, 0)
        while at >= 0:
            index = bisect_right(piece.ends, at)
            end = piece.ends[index]
            if not how.folds and at + how.longest > end:  # with a NUL in it, it reaches into the next
                at = find(octets, at + 1)
                continue
            hits.add(piece.first + index)
            at = find(octets, end)
    return sorted(hits)
