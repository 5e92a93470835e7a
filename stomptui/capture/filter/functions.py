"""What SQL cannot say of a frame, as functions for SQLite; none of them ever raises."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import lru_cache
from typing import Any

from stomptui.capture.decode import VERSIONS
from stomptui.stomp import head as heads
from stomptui.stomp.escapes import PADDED, UNESCAPED_COMMANDS, rules

NAMES = ("stomptui_header", "stomptui_json", "stomptui_like")
ANY, ONE = "%", "_"


def register(db: sqlite3.Connection) -> None:
    """Give a connection the functions that the SQL of a filter calls."""
    for name, function in zip(NAMES, (header, json_value, like), strict=True):
        db.create_function(name, 3, function, deterministic=True)


def rules_of(head: bytes, protocol: int) -> int:
    """By what rules a head is read, as the decoder chooses them."""
    command = head[: head.find(b"\n")].removesuffix(b"\r").decode("utf-8", "replace")
    if command in UNESCAPED_COMMANDS:
        named = b"\nversion:" if command == "CONNECTED" else b"\naccept-version:"
        return 0 if named in head else PADDED
    return rules(VERSIONS[protocol & 3], bool(protocol & 4))


def headers(head: bytes, protocol: int) -> heads.Pairs:
    """All headers in order, padding of STOMP 1.0 taken off."""
    how = rules_of(head, protocol)
    pairs = heads.read(head, how)
    if how & PADDED:
        return tuple((name.strip(heads.BLANKS), value.strip(heads.BLANKS)) for name, value in pairs)
    return pairs


def header(head: Any, name: Any, protocol: Any) -> bytes | None:
    """The first header of that name, by all rules of STOMP."""
    if not isinstance(head, bytes) or not isinstance(protocol, int):
        return None  # the file is not ours
    if b"\\" not in head and name not in head:
        return None
    wanted = name.decode()
    for other, value in headers(head, protocol):
        if other == wanted:
            return value.encode("utf-8", "surrogateescape")
    return None


def json_value(body: Any, path: Any, view: Any) -> bytes | int | float | str | None:
    """The value at a path of a JSON body, in the view that is wanted: number, text, truth or present."""
    try:
        found = json.loads(
            body.decode("utf-8", "surrogateescape"),
            parse_int=_integer,
            parse_constant=_refused,
            object_pairs_hook=_first,
        )
        for step in json.loads(path):
            found = found[step] if isinstance(found, list if isinstance(step, int) else dict) else None
    except (ValueError, LookupError, RecursionError, AttributeError):
        return None
    kind = {bool: "truth", int: "number", float: "number", str: "text"}.get(type(found))
    if view == "present":
        return None if found is None else "there"
    if kind != view:
        return None
    return _octets(found) if isinstance(found, str) else found


def _integer(digits: str) -> int | float:
    whole = int(digits) if len(digits) < 21 else 1 << 63
    return whole if -(1 << 63) <= whole < 1 << 63 else float(digits)


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _first(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """As SQLite does: of a repeated key the first counts."""
    return dict(reversed(pairs))


def _octets(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, escaped
        return text.encode("utf-8", "surrogatepass")


def like(octets: Any, pattern: Any, escape: Any) -> bool | None:
    """Whether octets match a pattern of LIKE; `_` is one character, or one octet that is no UTF-8."""
    if not isinstance(octets, bytes):
        return None
    first, *others = pieces(pattern, escape)
    text = octets.decode("utf-8", "surrogateescape")
    match = _piece(first).match(text)
    if match is None or not others:
        return match is not None and match.end() == len(text)
    at = match.end()
    for piece in others[:-1]:  # the leftmost place leaves most for the rest: no going back
        match = _piece(piece).search(text, at)
        if match is None:
            return False
        at = match.end()
    last = len(text) - len(others[-1])
    return last >= at and _piece(others[-1]).match(text, last) is not None


@lru_cache(256)
def pieces(pattern: str, escape: str) -> list[tuple[str, ...]]:
    """What stands between the `%` of a pattern: characters, and an empty text for each `_`.

    Raises ValueError where nothing follows the escape.
    """
    found: list[list[str]] = [[]]
    signs = iter(pattern)
    for sign in signs:
        if escape and sign == escape:
            following = next(signs, None)
            if following is None:
                raise ValueError("nothing follows the escape")
            found[-1].append(following)
        elif sign == ANY:
            found.append([])
        else:
            found[-1].append("" if sign == ONE else sign)
    return [tuple(piece) for piece in found]


@lru_cache(256)
def _piece(piece: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("".join(re.escape(sign) if sign else "." for sign in piece), re.DOTALL)
