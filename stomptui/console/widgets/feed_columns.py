"""The columns that the settings add to the feed: `header:NAME` and `body:PATH`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from stomptui.render.text import printable

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame

LARGEST = 1 << 16
"""Octets of a body beyond which no JSON value is looked for: a row must cost next to nothing."""
LONG = 64
"""Characters of a value that are made safe to show."""


class Column(NamedTuple):
    """`source` is `header` or `body`; `name` a header's name, or keys and indexes joined by dots."""

    source: str
    name: str


def columns(settings: Iterable[str]) -> tuple[Column, ...]:
    """Read columns as the settings write them; raises ValueError that names the one that is wrong."""
    found = []
    for text in settings:
        source, colon, name = text.partition(":")
        if source not in ("header", "body") or not colon or not name:
            raise ValueError(f"column {text!r}: write header:NAME, or body:KEY for a key of a JSON body")
        found.append(Column(source, name))
    return tuple(found)


def value(column: Column, frame: Frame) -> str:
    """What a MESSAGE has in a column, safe to print; nothing when it has no such thing."""
    if column.source == "header":
        return printable((frame.first(column.name) or "")[:LONG])
    if not 0 < frame.size <= LARGEST:
        return ""
    try:
        found = msgspec.json.decode(frame.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    for key in column.name.split("."):
        if isinstance(found, dict):
            found = found.get(key)
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            return ""
    if found is None:
        return ""
    text = found if isinstance(found, str) else msgspec.json.encode(found).decode()
    return printable(text[:LONG])
