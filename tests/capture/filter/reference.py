"""The filter language once more, in Python and the simplest way: what SQLite finds must agree with it.

A node is a tuple: its kind, then its parts. True, False and None are the three truths.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from stomptui.capture import stored
from stomptui.capture.decode import frame_of

Node = tuple[Any, ...]
SIGNS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
NUMERIC = re.compile(rb"[ \t\n\v\f\r]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\v\f\r]*")


def written(node: Node) -> str:
    """The node as an expression, with parentheses around all that has parts."""
    kind, *parts = node
    if kind == "text":
        return "'" + str(parts[0]).replace("'", "''") + "'"
    if kind in ("number", "name"):
        return str(parts[0])
    if kind == "truth":
        return "TRUE" if parts[0] else "FALSE"
    inner = [written(part) if isinstance(part, tuple) else part for part in parts]
    if len(inner) == 1 and kind != "IS NULL":
        return f"({kind} {inner[0]})"
    if kind == "IS NULL":
        return f"({inner[0]} IS NULL)"
    if kind == "BETWEEN":
        return f"({inner[0]} BETWEEN {inner[1]} AND {inner[2]})"
    if kind == "IN":
        return f"({inner[0]} IN ({', '.join(inner[1:])}))"
    if kind == "LIKE":
        return f"({inner[0]} LIKE {inner[1]} ESCAPE '!')"
    return f"({inner[0]} {kind} {inner[1]})"


class Untyped(bytes):
    """The text of a header, which may be compared as a number or a truth."""


def value(name: str, row: stored.Row) -> Any:
    """What a name is for a row: None, a bool, a number, octets, or a JSON list or object."""
    if row.kind:
        return {"redelivered": False, "direction": b"to_client", "settled": b"none"}.get(name)
    frame = frame_of(row.raw, row.protocol)
    assert frame is not None
    if name.startswith("body."):
        try:
            found = json.loads(frame.body.decode("utf-8", "surrogateescape"))
        except ValueError:
            return None
        for step in re.findall(r"\w+", name)[1:]:
            key = int(step) if step.isdigit() else step
            try:
                found = found[key] if isinstance(found, list if isinstance(key, int) else dict) else None
            except LookupError:
                return None
        return found.encode("utf-8", "surrogateescape") if isinstance(found, str) else found
    columns = {
        "command": frame.command.encode(),
        "size": len(frame.body),
        "body": frame.body,
        "direction": b"to_broker" if row.direction else b"to_client",
        "redelivered": row.deliveries > 1 or frame.first("redelivered") == "true",
    }
    if name in columns:
        return columns[name]
    text = frame.first(name.removeprefix("header.").strip('"'))
    return None if text is None else Untyped(text.encode("utf-8", "surrogateescape"))


def number(given: Any) -> float | int | None:
    if isinstance(given, Untyped):
        if NUMERIC.fullmatch(given) is None:
            return None
        text = given.decode().strip()
        return int(text) if re.fullmatch("[+-]?[0-9]+", text) else float(text)
    return given if isinstance(given, (int, float)) and not isinstance(given, bool) else None


def truth(given: Any) -> bool | None:
    if isinstance(given, Untyped):
        return {b"true": True, b"false": False}.get(given)
    return given if isinstance(given, bool) else None


def text(given: Any) -> bytes | None:
    return bytes(given) if isinstance(given, bytes) else None


def compare(sign: str, one: Any, two: Any) -> bool | None:
    """The first view that both have; two headers are equal as text."""
    views: list[Callable[[Any], Any]] = [number, text, truth]
    if isinstance(one, Untyped) and isinstance(two, Untyped) and sign in ("=", "<>"):
        views = [text]
    for view in views:
        a, b = view(one), view(two)
        if a is not None and b is not None and (view is not truth or sign in ("=", "<>")):
            return SIGNS[sign](a, b)
    return None


def both(one: bool | None, two: bool | None) -> bool | None:
    if one is False or two is False:
        return False
    return None if one is None or two is None else True


def opposite(given: bool | None) -> bool | None:
    return None if given is None else not given


def like(given: Any, pattern: str) -> bool | None:
    octets = text(given)
    if octets is None:
        return None
    expression = ""
    signs = iter(pattern)
    for sign in signs:
        expression += {"%": ".*", "_": "."}.get(sign) or re.escape(next(signs) if sign == "!" else sign)
    return re.fullmatch(expression, octets.decode("utf-8", "surrogateescape"), re.DOTALL) is not None


def counted(kind: str, one: float | int | None, two: float | int | None) -> float | int | None:
    if one is None or two is None or (kind == "/" and two == 0):
        return None
    return float(one / two) if kind == "/" else {"+": one + two, "-": one - two, "*": one * two}[kind]


def evaluate(node: Node, row: stored.Row) -> Any:
    """The value of a node, or the truth of a condition."""
    kind, *parts = node
    if kind == "text":
        return parts[0].encode()
    if kind in ("number", "truth"):
        return parts[0]
    if kind == "name":
        return value(parts[0], row)
    inner = [evaluate(part, row) if isinstance(part, tuple) else part for part in parts]
    if kind == "NOT":
        return opposite(truth(inner[0]))
    if kind == "AND":
        return both(truth(inner[0]), truth(inner[1]))
    if kind == "OR":
        return opposite(both(opposite(truth(inner[0])), opposite(truth(inner[1]))))
    if kind == "IS NULL":
        return inner[0] is None
    if kind == "BETWEEN":
        return both(compare(">=", inner[0], inner[1]), compare("<=", inner[0], inner[2]))
    if kind == "IN":
        found = [compare("=", inner[0], item) for item in inner[1:]]
        return True if True in found else None if None in found else False
    if kind == "LIKE":
        return like(inner[0], parts[1][1])
    if kind in SIGNS:
        return compare(kind, inner[0], inner[1])
    if len(inner) == 1:
        return counted("-", 0, number(inner[0]))
    return counted(kind, number(inner[0]), number(inner[1]))
