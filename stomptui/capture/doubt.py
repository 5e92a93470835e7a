"""Rows of a file that somebody else may have made: whatever a record cannot hold is no record of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.capture.record import Kind
from stomptui.stomp.events import Settlement

if TYPE_CHECKING:
    from stomptui.capture.stored import Row

COUNT = 1 << 53
"""Numbers, connections and octets that a row may name: as many as a float can tell apart."""
BEATS = 1 << 20
"""Heart-beats that a row may say came together."""
LATEST = 250_000_000_000.0
"""Seconds since 1970, in the year 9892: beyond it there are no dates."""
DAMAGED = "the recording is damaged here"


def doubted(row: Row) -> Row:
    """The row if each of its values may be one of ours, else one that says that it is damaged."""
    if sound(row):
        return row
    return row._replace(
        connection=row.connection if _within(row.connection, COUNT) else 0,
        number=row.number if _within(row.number, COUNT) else 0,
        kind=int(Kind.MALFORMED),
        direction=0,
        time=row.time if _is_time(row.time) else 0.0,
        wall=row.wall if _is_time(row.wall) else 0.0,
        protocol=0,
        size=0,
        settlement=0,
        deliveries=1,
        earlier=None,
        outcome="",
        words=DAMAGED,
        beats=1,
        about_first=None,
        about_last=None,
        about_frames=None,
        head=row.head if type(row.head) is bytes else b"",
        body=b"",
    )


def sound(row: Row) -> bool:
    """Whether each value of the row is of its kind and size."""
    return (
        _within(row.kind, len(Kind) - 1)
        and _within(row.direction, 1)
        and _within(row.protocol, 7)
        and _within(row.settlement, len(Settlement) - 1)
        and _within(row.beats, BEATS)
        and _within(row.deliveries, COUNT)
        and all(_within(value, COUNT) for value in (row.connection, row.number, row.size))
        and all(
            value is None or _within(value, COUNT)
            for value in (row.earlier, row.about_first, row.about_last, row.about_frames)
        )
        and _is_time(row.time)
        and _is_time(row.wall)
        and type(row.outcome) is str
        and type(row.words) is str
        and (row.head is None or type(row.head) is bytes)
        and (row.body is None or type(row.body) is bytes)
    )


def _within(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _is_time(value: object) -> bool:
    return type(value) is float and 0.0 <= value < LATEST  # and so no NaN
