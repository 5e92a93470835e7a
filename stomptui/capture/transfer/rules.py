"""What is to be removed from what leaves, and what was."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from stomptui.capture.transfer.paths import Path, parse

BLOT = "***"
HEADER, JSON, PATTERN, BODY, UNREAD, LOOSE = "header", "JSON path", "pattern", "body", "unread", "loose"
_SIZE = re.compile(r"(\d{1,12}) ?(?:([kmg])i?)?b?", re.IGNORECASE | re.ASCII)
UNITS = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


class Rules(NamedTuple):
    """What to remove: headers by their lower-case name, JSON values by path (and how it was written),
    what matches a pattern, and bodies of more octets than `over`, 0 for every body."""

    headers: tuple[str, ...] = ()
    paths: tuple[tuple[str, Path], ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    over: int | None = None

    def __bool__(self) -> bool:
        return bool(self.headers or self.paths or self.patterns or self.over is not None)


def rules(
    headers: Iterable[str] = (),
    paths: Iterable[str] = (),
    patterns: Iterable[str] = (),
    over: int | None = None,
) -> Rules:
    """Make Rules of what a person wrote; raises ValueError with words for what cannot be used."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in headers))
    if "content-length" in names:
        raise ValueError(
            "content-length is that of the body as it leaves, and stays; bodies can be hidden as a whole"
        )
    if "" in names:
        raise ValueError("the name of a header is empty")
    made = []
    for place, pattern in enumerate(patterns, start=1):
        try:
            compiled = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"pattern {place}: {error}") from None
        if compiled.fullmatch(""):
            raise ValueError(f"pattern {place} matches nothing at all, and so everywhere")
        made.append(compiled)
    return Rules(names, tuple((path, parse(path)) for path in dict.fromkeys(paths)), tuple(made), over)


def said(removed: Counter[tuple[str, str]], over: int | None) -> tuple[str, ...]:
    """What was removed, in words: `14 values of header x-token`; never a pattern, which may be the secret."""
    return tuple(_said(kind, name, number, over) for (kind, name), number in sorted(removed.items()))


def _said(kind: str, name: str, number: int, over: int | None) -> str:
    if kind == PATTERN:
        return f"{_many(number, 'match', 'matches')} of pattern {name}"
    if kind == BODY:
        bodies = _many(number, "body", "bodies")
        return f"{bodies} over {octets(over)}" if over else bodies
    if kind == UNREAD:
        return f"{_many(number, 'body', 'bodies')} that cannot be read as {name}"
    if kind == LOOSE:
        return f"the octets of {_many(number, 'record that is no frame', 'records that are no frames')}"
    return f"{_many(number, 'value', 'values')} of {kind} {name}"


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def octets(number: int) -> str:
    """A size in words: `1 MiB`, `1500 octets`."""
    for unit, size in UNITS:
        if number and number % size == 0:
            return f"{number // size} {unit}"
    return f"{number} octets"


def read_octets(text: str) -> int:
    """Read a size: `1500`, `64KiB`, `1M`; raises ValueError in words."""
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError("write octets, such as 1500, 64KiB or 1MiB")
    return int(match[1]) << {"": 0, "k": 10, "m": 20, "g": 30}[(match[2] or "").lower()]
