"""The body of an ERROR frame as rows, with the frames of a Java stack trace folded away."""

from __future__ import annotations

import re

from stomptui.render.highlight import NOTE, plain
from stomptui.render.rows import FixedRows, Rows, TextRows, Whole

LARGEST = 65536
"""Octets up to which a body is searched for a trace; brokers send a few thousand."""

_TRACE = re.compile(rb"[ \t]++(?:at [^\n(]*+\(|\.\.\. \d++ more)")


def folded_rows(body: Whole, *, longest: int) -> Rows:
    """Return the lines of `body`, each run of stack frames as one row that counts them."""
    rows = TextRows(body, plain(), longest=longest)
    if len(body) > LARGEST or not _TRACE.search(body):
        return rows
    rows.grow(len(body) + 1)
    out = []
    hidden = 0
    for index in range(len(rows)):
        if _TRACE.match(rows.octets(index)) and not rows.continues(index):
            hidden += 1
            continue
        if hidden:
            out.append(_fold(hidden))
            hidden = 0
        out.append(rows[index])
    if hidden:
        out.append(_fold(hidden))
    return FixedRows(out)


def _fold(count: int) -> list[tuple[str, str]]:
    return [(f"    + {count} line{'' if count == 1 else 's'} of stack trace (h)", NOTE)]
