"""Values of JSON that nobody vouches for, taken for what they have to be or refused in words."""

from __future__ import annotations

import base64
import binascii
import json
import math
import zlib
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, NoReturn, TypeVar

from stomptui.stomp.errors import StompError

PLAIN = 4_096
"""Characters up to which a list stays as it is, to be read by eyes; longer ones are compressed."""
UNPACKED_LIMIT = 64 << 20
"""Octets that one compressed list may hold: far more than is ever written into one."""

T = TypeVar("T")


class SnapshotError(StompError):
    """A snapshot cannot be read; the words say what in it is wrong."""


def wrong(what: str) -> NoReturn:
    raise SnapshotError(f"the snapshot cannot be read: {what} is not what stomptui writes")


def whole(value: object, what: str) -> int:
    return value if type(value) is int and -(1 << 63) <= value < 1 << 63 else wrong(what)


def seconds(value: object, what: str) -> float:
    if type(value) is int:
        value = float(whole(value, what))
    return value if type(value) is float and math.isfinite(value) else wrong(what)


def text(value: object, what: str) -> str:
    return value if type(value) is str else wrong(what)


def flag(value: object, what: str) -> bool:
    return value if type(value) is bool else wrong(what)


def one_of(words: Iterable[T], value: object, what: str) -> T:
    """The one of `words` that `value` is, which may be the value of an Enum."""
    found: T | None = next((word for word in words if word == value and type(value) in (str, int)), None)
    return wrong(what) if found is None else found


def maybe(read: Callable[[object, str], T], value: object, what: str) -> T | None:
    """None, or what `read` takes."""
    return None if value is None else read(value, what)


def row(value: object, width: int | None, what: str) -> list[Any]:
    """A list, of `width` values unless None."""
    return value if type(value) is list and width in (None, len(value)) else wrong(what)


def rows(value: object, width: int, what: str) -> list[list[Any]]:
    return [row(one, width, what) for one in row(value, None, what)]


def table(value: object, names: Iterable[str], what: str) -> dict[str, Any]:
    """An object that has exactly these names."""
    return value if type(value) is dict and value.keys() == set(names) else wrong(what)


def read(octets: str | bytes, what: str) -> Any:
    """The value that is written as JSON, without NaN and infinities."""
    try:
        return json.loads(octets, parse_constant=lambda _: wrong(what))
    except (ValueError, RecursionError):
        return wrong(what)


def write(value: object) -> str:
    """JSON in ASCII, lone surrogates as escapes."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def pack(value: list[Any]) -> list[Any] | str:
    """A list as it goes into a snapshot: itself, or compressed where it is long."""
    plain = write(value)
    return value if len(plain) <= PLAIN else base64.b64encode(zlib.compress(plain.encode(), 3)).decode()


def unpack(value: object, width: int | None, what: str) -> list[Any]:
    """The list that `pack` was given."""
    if type(value) is str:
        try:
            stream = zlib.decompressobj()
            octets = stream.decompress(base64.b64decode(value, validate=True), UNPACKED_LIMIT)
        except (binascii.Error, zlib.error, ValueError):
            return wrong(what)
        if not stream.eof:
            return wrong(what)
        value = read(octets, what)
    return row(value, width, what)


def runs(numbers: Iterable[int]) -> list[int]:
    """Numbers as first, count, first, count, ..."""
    found: list[int] = []
    expected: int | None = None
    for number in numbers:
        if number == expected:
            found[-1] += 1
        else:
            found += (number, 1)
        expected = number + 1
    return found


def numbers(value: object, limit: int, what: str) -> list[int]:
    """The numbers that `runs` was given, at most `limit`."""
    flat = [whole(one, what) for one in row(value, None, what)]
    firsts, counts = flat[::2], flat[1::2]
    if len(flat) % 2 or min(counts, default=1) < 1 or sum(counts) > limit:
        return wrong(what)
    pairs = zip(firsts, counts, strict=True)
    return list(chain.from_iterable(range(first, first + count) for first, count in pairs))
