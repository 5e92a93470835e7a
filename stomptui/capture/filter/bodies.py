"""Values in JSON bodies, in SQL; whatever is no JSON has none."""

from __future__ import annotations

import json as codec
import re
from collections.abc import Sequence

from stomptui.capture.filter.reader import Operand
from stomptui.capture.filter.sql import Cost, Sql
from stomptui.capture.filter.terms import Term

PLAIN = re.compile(r"[ !#-.0-\[\]-~]+")
"""Keys that no encoder escapes: SQLite compares them as they are written in the body."""
OTHER = re.compile(r'[^"\\\x00-\x1f]+')
"""Keys that SQLite finds where nothing in the body is escaped."""
EXACT = "stomptui_json(whole, ?, '{view}')"
"""The function of `functions.py`."""

# To SQLite a text ends at a NUL, and so does a string with \u0000 in it.
VALUE = (
    "(SELECT CASE WHEN instr(whole, x'00') = 0 AND json_valid(given) THEN {view} END FROM "
    "(SELECT octets.body AS whole, CAST(octets.body AS TEXT) AS given WHERE frame.kind = 0 LIMIT 1))"
)
VIEWS = {
    "number": ("CASE WHEN json_type(given, ?) IN ('integer', 'real') THEN json_extract(given, ?) END", 2),
    "text": (
        "CASE WHEN json_type(given, ?) = 'text' THEN CASE WHEN instr(given, '\\u0000') "
        f"THEN {EXACT.format(view='text')} ELSE CAST(json_extract(given, ?) AS BLOB) END END",
        3,
    ),
    "truth": ("CASE json_type(given, ?) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END", 1),
    "present": ("nullif(json_type(given, ?), 'null')", 1),
}


def json(operand: Operand, path: Sequence[str | int]) -> Term:
    """The term for the value at `path`: keys, and places in lists."""
    return Term(
        operand.start,
        operand.stop,
        "a JSON value",
        text=_view("text", path),
        number=_view("number", path),
        truth=_view("truth", path),
        present=_view("present", path),
    )


def _view(view: str, path: Sequence[str | int]) -> Sql:
    steps = codec.dumps(path)
    exact = EXACT.format(view=view)
    keys = [step for step in path if isinstance(step, str)]
    if not all(map(OTHER.fullmatch, keys)):
        return Sql(VALUE.format(view=exact), (steps,), Cost.JSON)
    given = "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)
    template, count = VIEWS[view]
    values = (given, steps, given) if view == "text" else (given,) * count
    if not all(map(PLAIN.fullmatch, keys)):
        template = f"CASE WHEN instr(whole, x'5c') THEN {exact} ELSE {template} END"
        values = (steps, *values)
    return Sql(VALUE.format(view=template), values, Cost.JSON)
