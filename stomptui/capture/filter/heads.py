"""Headers of a frame in SQL: the first of a name, cut out of the octets without the interpreter's lock."""

from __future__ import annotations

from stomptui.capture.filter.sql import Cost, Sql, put
from stomptui.stomp.head import needle

EXACT = "stomptui_header(octets.head, ?, frame.protocol)"
"""The function of `functions.py`: by all rules of STOMP, for what is not plain."""

UNDONE = r"CAST(replace(replace(CAST(given AS TEXT), '\c', ':'), '\n', x'0a') AS BLOB)"
"""The common escapes; wherever there is another, a backslash is left, and a function looks at it."""

# From the inside out: where a line begins with the name; where one begins with the name and a colon, or -1
# if the name stands on a line without a colon; that line and all behind it; its value; the value as it is
# meant. Each level names what the next needs more than once, and LIMIT 1 keeps SQLite from writing it out in
# each of those places.
PLAIN = f"""(CASE
 WHEN frame.kind <> 0 THEN NULL
 WHEN frame.protocol & 3 < 2 OR frame.command IN ('CONNECT', 'CONNECTED', 'STOMP') THEN {EXACT}
 ELSE (SELECT CASE WHEN line < 0 OR instr(meant, x'5c') OR instr(meant, x'0d') THEN {EXACT} ELSE meant END
  FROM (SELECT line, CASE WHEN instr(given, x'5c') THEN {UNDONE} ELSE given END AS meant
   FROM (SELECT line, substr(rest, 1, instr(rest, x'0a') - 1) AS given
    FROM (SELECT line, substr(octets.head, line + ?) AS rest
     FROM (SELECT CASE WHEN near = 0 THEN 0
       WHEN substr(octets.head, near + ?, 1) = x'3a' THEN near
       WHEN instr(octets.head, ?) OR instr(octets.head, ?) THEN -1
       ELSE instr(octets.head, ?) END AS line
      FROM (SELECT instr(octets.head, ?) AS near LIMIT 1) LIMIT 1) WHERE line <> 0 LIMIT 1) LIMIT 1) LIMIT 1))
END)""".replace("\n", "")
ODD = f"(CASE WHEN frame.kind = 0 THEN {EXACT} END)"

# A comparison with a number makes a number of a text that reads as one; any other text is greater than all.
NUMBER = """(SELECT CASE WHEN given <= CAST(9e999 AS NUMERIC) THEN CAST(given AS NUMERIC) END
 FROM (SELECT CAST({} AS TEXT) AS given LIMIT 1))""".replace("\n", "")
TRUTH = "(CASE {} WHEN x'74727565' THEN 1 WHEN x'66616c7365' THEN 0 END)"


def header(name: str) -> Sql:
    """The value of the first header `name`, as octets with its escapes undone; NULL where there is none."""
    octets = name.encode()
    if needle(name) is None:
        return Sql(ODD, (octets,), Cost.HEAD)
    line = b"\n" + octets
    at = len(line)
    values = (octets, octets, at + 1, at, line + b"\n", line + b"\r", line + b":", line)
    return Sql(PLAIN, values, Cost.HEAD)


def number(text: Sql) -> Sql:
    """A header as the number that it reads as; NULL where it reads as none."""
    return put(NUMBER, text)


def truth(text: Sql) -> Sql:
    """A header as 1 for `true` and 0 for `false`; NULL where it is neither."""
    return put(TRUTH, text)
