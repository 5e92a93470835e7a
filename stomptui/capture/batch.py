"""What the writer of a file takes from memory at once: new rows, and changes of those it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stomptui.capture.decode import VERSION_SHIFT
from stomptui.capture.record import Kind
from stomptui.capture.segment import ALONE, TO_BROKER, Extra, Segment
from stomptui.capture.stored import Row, facts, settles, split, split_large, text

if TYPE_CHECKING:
    from stomptui.stomp.snapshot import Taken

KIND_BITS = 7
SLICE = 200
"""Rows made in one go of the interpreter: under a millisecond, in which no key is answered."""


class Part(NamedTuple):
    """Records `start` to `stop`, that one left out, of a segment."""

    segment: Segment
    start: int
    stop: int


class Change(NamedTuple):
    """What a record says now that is in the file already; None for what is as it is there."""

    settlement: int
    outcome: str | None = None
    extra: Extra | None = None


class Note(NamedTuple):
    """What the user wrote down of record `id`; an empty text takes it back."""

    id: int
    wall: float
    text: str


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
    """Records up to id `last`, changes by id, and history; `checkpoints` are states, each list as it was
    right after a record. `settlings` has the values of the table, end to end."""

    parts: list[Part]
    last: int
    changes: dict[int, Change]
    settlings: list[object]
    links: list[Link]
    checkpoints: list[tuple[int, list[Taken]]]
    notes: list[Note]

    @property
    def records(self) -> int:
        """How many records are new."""
        return sum(part.stop - part.start for part in self.parts)

    @property
    def empty(self) -> bool:
        return not any((self.parts, self.changes, self.settlings, self.links, self.checkpoints, self.notes))


class Rows(NamedTuple):
    """Rows to be written: the values of PLAIN, of SETTLING and of `octets`, end to end; and the others."""

    plain: list[object]
    settling: list[object]
    octets: list[object]
    others: list[Row]


def rows(part: Part, base: int) -> Iterator[Rows]:
    """The rows of a part, some at a time; `base` is added to the numbers of connections."""
    for start in range(part.start, part.stop, SLICE):
        yield _rows(part.segment, start, min(start + SLICE, part.stop), base)


def _rows(segment: Segment, start: int, stop: int, base: int) -> Rows:
    found = Rows([], [], [], [])
    plain, settling, octets, others = found
    extras, outcomes, abouts, first = segment.extras, segment.outcomes, segment.abouts, segment.first
    wall = segment.offsets[0][1] if len(segment.offsets) == 1 else None
    begin = segment.start(start)
    raws = segment.raw[begin : segment.ends[stop - 1]] if len(segment.flags) > 1 else b""
    before = 0
    for index, (connection, number, flags, time, settlement, end) in enumerate(
        zip(
            segment.connections[start:stop],
            segment.numbers[start:stop],
            segment.flags[start:stop],
            segment.times[start:stop],
            segment.settlements[start:stop],
            segment.ends[start:stop],
            strict=True,
        ),
        start,
    ):
        if flags & KIND_BITS or index in extras or index in outcomes or not raws:
            others.append(_row(segment, index, base))
        else:
            protocol = flags >> VERSION_SHIFT
            raw = bytes(raws[before : end - begin])
            at = first + index
            if index in abouts:
                command = settles(raw) if protocol & 3 == 3 and flags & TO_BROKER else ""
                if command:
                    walls = segment.wall(index) if wall is None else time + wall
                    about = abouts[index]
                    settling += (at, connection + base, number, time, walls, protocol, command, about, about)
                    octets += (at, raw[:-1], b"")
                else:
                    others.append(_row(segment, index, base))
                before = end - begin
                continue
            head, body = split(raw)
            plain += (
                at,
                connection + base,
                number,
                1 if flags & TO_BROKER else 0,
                time,
                segment.wall(index),
                protocol,
                *facts(head, protocol),
                len(body),
                settlement,
            )
            octets += (at, head, body)
        before = end - begin
    return found


def _row(segment: Segment, index: int, base: int) -> Row:
    flags = segment.flags[index]
    kind = flags & KIND_BITS
    protocol = flags >> VERSION_SHIFT
    extra = segment.extra(index)
    head: bytes | None = None
    body: bytes | memoryview | None = None
    command = destination = subscription = None
    if kind == Kind.FRAME:
        raw = segment.octets(index)
        head, body = split(raw) if len(raw) < ALONE else split_large(raw)
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
        text(segment.outcomes.get(index, "")),
        text(extra.words),
        extra.beats,
        about and about.first,
        about and about.last,
        about and about.frames,
        head,
        body,
    )
