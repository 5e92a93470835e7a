"""Pieces of SQL with the values of their question marks; text of the user is a value, never SQL."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

Value = str | bytes | int | float


class Cost(IntEnum):
    """What a piece has to look at; the cheaper side of an AND is evaluated first."""

    COLUMN = 0
    HEAD = 1
    BODY = 2
    JSON = 3


class Sql(NamedTuple):
    """An expression over tables `frame` and `octets`."""

    text: str
    values: tuple[Value, ...] = ()
    cost: Cost = Cost.COLUMN


NULL = Sql("NULL")


def value(given: Value) -> Sql:
    """A question mark for a value; text as the octets that it is compared by."""
    return Sql("?", (given.encode() if isinstance(given, str) else given,))


def put(template: str, *parts: Sql) -> Sql:
    """`template` with a piece for each `{}`."""
    values = tuple(value for part in parts for value in part.values)
    return Sql(template.format(*(part.text for part in parts)), values, max(part.cost for part in parts))


def chain(word: str, parts: list[Sql]) -> Sql:
    """Conditions joined by AND or OR, the cheapest first; the order decides nothing but the time."""
    ordered = sorted(parts, key=lambda part: part.cost)
    return put(f"({f' {word} '.join(['{}'] * len(ordered))})", *ordered)
