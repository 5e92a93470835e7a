"""What the writer of a file takes from memory at once: new rows, and changes of those it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stomptui.capture.decode import VERSION_SHIFT
from stomptui.capture.record import Kind
from stomptui.capture.segment import PLAIN, TO_BROKER, Extra, Segment
from stomptui.capture.stored import Row, facts, split

KIND_BITS = 7
SLICE = 200
"""Rows made in one go of the interpreter: under a millisecond, in which no key is answered."""


class Part(NamedTuple):
    """Records `start` to `stop`, that one left out, of a segment."""

    segment: Segment
    start: int
    stop: int


class Change(NamedTuple):
    """What a record says now that is in the file already."""

    settlement: int
    outcome: str
    extra: Extra


class Settling(NamedTuple):
    """One step in the history of record `id`; `number` is that of the frame which did it."""

    id: int
    wall: float
    settlement: int
    number: int | None


class Link(NamedTuple):
    """What is known of a connection; `connection` as in the events. Empty fields say nothing new."""

    connection: int
    endpoint: str | None = None
    predecessor: int | None = None
    version: str | None = None
    server: str | None = None
    dialect: str | None = None
    opened: float | None = None
    closed: float | None = None
    reason: str | None = None


class Batch(NamedTuple):
    """Records up to id `last`, changes by id, and history; `checkpoints` are rows of that table."""

    parts: list[Part]
    last: int
    changes: dict[int, Change]
    settlings: list[Settling]
    links: list[Link]
    checkpoints: list[tuple[int, int, str]]

    @property
    def empty(self) -> bool:
        return not (self.parts or self.changes or self.settlings or self.links or self.checkpoints)


def rows(part: Part, base: int) -> Iterator[list[Row]]:
    """The rows of a part, some at a time; `base` is added to the numbers of connections."""
    for start in range(part.start, part.stop, SLICE):
        yield [_row(part.segment, index, base) for index in range(start, min(start + SLICE, part.stop))]


def _row(segment: Segment, index: int, base: int) -> Row:
    flags = segment.flags[index]
    kind = flags & KIND_BITS
    protocol = flags >> VERSION_SHIFT
    extra = segment.extras.get(index, PLAIN)
    head: bytes | None = None
    body: bytes | None = None
    command = destination = subscription = None
    if kind == Kind.FRAME:
        head, body = split(segment.octets(index))
        command, destination, subscription = facts(head, protocol)
    elif kind == Kind.MALFORMED:
        head = segment.octets(index)
    about = extra.about
    return Row(
        segment.first + index,
        segment.connections[index] + base,
        segment.numbers[index],
        kind,
        1 if flags & TO_BROKER else 0,
        segment.times[index],
        segment.wall(index),
        protocol,
        command,
        destination,
        subscription,
        0 if body is None else len(body),
        segment.settlements[index],
        extra.deliveries,
        extra.earlier,
        segment.outcomes.get(index, ""),
        extra.words,
        extra.beats,
        about and about.first,
        about and about.last,
        about and about.frames,
        head,
        body,
    )
