"""Patterns of LIKE in SQL, which minds the case and looks behind a NUL, as SQLite's own LIKE does not."""

from __future__ import annotations

import re

from stomptui.capture.filter.functions import pieces
from stomptui.capture.filter.sql import Cost, Sql, put, value

ENDS = (
    "(SELECT length(given) >= {} AND substr(given, 1, {}) = {} AND substr(given, {}) = {} "
    "FROM (SELECT {} AS given LIMIT 1))"
)
"""The length decides first: of no octets SQLite's substr makes NULL."""
START = "(SELECT length(given) >= {} AND substr(given, 1, {}) = {} FROM (SELECT {} AS given LIMIT 1))"
STOP = "(SELECT length(given) >= {} AND substr(given, {}) = {} FROM (SELECT {} AS given LIMIT 1))"


GLOB = "(CASE WHEN instr({}, x'00') THEN stomptui_like({}, {}, {}) ELSE CAST({} AS TEXT) GLOB {} END)"
"""GLOB minds the case, but sees nothing behind a NUL."""
VALUE = (
    "(SELECT CASE WHEN CAST(given AS TEXT) GLOB '*[^\x01-\x7f]*' OR instr(given, x'00') "
    "THEN stomptui_like(given, {}, {}) ELSE CAST(given AS TEXT) GLOB {} END "
    "FROM (SELECT {} AS given LIMIT 1))"
)
"""The same for what is short, but may be no UTF-8, which GLOB does not read octet by octet."""
LONGEST = 1000
"""Characters of a pattern that is handed to GLOB, which takes some octets only."""
SIGNS = {"": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
ALIKE = re.compile("[\0\ufffd-\uffff]")
"""What GLOB cannot tell from something else."""


def like(text: Sql, pattern: str, escape: str) -> Sql:
    """Whether a text matches: in plain SQL, unless `_` or more `%` ask for a function where GLOB will not do.

    Raises ValueError where nothing follows the escape.
    """
    parts = pieces(pattern, escape)
    first, last = ("".join(part).encode() for part in (parts[0], parts[-1]))
    if len(parts) > 3 or any("" in part for part in parts) or (len(parts) == 3 and (first or last)):
        given, by = Sql("?", (pattern,)), Sql("?", (escape,))
        if text.cost is not Cost.BODY and len(pattern) <= LONGEST and not ALIKE.search(pattern):
            globbed = Sql("?", (_glob(parts),))
            if text.cost is Cost.COLUMN:
                return put(GLOB, text, text, given, by, text, globbed)
            return put(VALUE, given, by, globbed, text)
        return put("stomptui_like({}, {}, {})", text, given, by)
    if len(parts) == 1:
        return put("({} = {})", text, value(first))
    if len(parts) == 3 and parts[1]:
        return put("(instr({}, {}) > 0)", text, value("".join(parts[1])))
    one, two = len(first), len(last)
    if first and last:
        return put(ENDS, *_values(one + two, one, first, -two, last), text)
    if first and text.cost is Cost.COLUMN:  # short, and evaluated once in the cheapest way
        return put("(instr({}, {}) = 1)", text, value(first))
    if first:
        return put(START, *_values(one, one, first), text)
    if last:
        return put(STOP, *_values(two, -two, last), text)
    return put("(length({}) >= 0)", text)


def _glob(parts: list[tuple[str, ...]]) -> str:
    """The pattern as GLOB reads it."""
    return "*".join("".join(SIGNS.get(sign, sign) for sign in part) for part in parts)


def _values(*given: int | bytes) -> list[Sql]:
    return [value(each) for each in given]
