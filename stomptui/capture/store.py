"""Everything that happened, kept once: what is written arrives by `extend`, what is read goes by id."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from stomptui.capture import large, search
from stomptui.capture.again import Again
from stomptui.capture.archive import Archive
from stomptui.capture.batch import Link, Note
from stomptui.capture.columns import Line
from stomptui.capture.decode import VERSION_SHIFT, VERSIONS, Frames, Versions
from stomptui.capture.fold import SETTLING, Fold, printed
from stomptui.capture.record import About, Kind, Origin, Record
from stomptui.capture.recordings import Recording
from stomptui.capture.rows import Beats, Rows
from stomptui.capture.search import Piece
from stomptui.capture.segment import PLAIN, TO_BROKER, Extra
from stomptui.capture.tiers import Tiers
from stomptui.stomp.dialect import SPECIFICATION, Dialect
from stomptui.stomp.events import Event, FrameSent, MessageReceived, Settled, Settlement
from stomptui.stomp.frame import Frame
from stomptui.stomp.state import State

OFFSET_TOLERANCE = 0.002
"""Seconds by which the wall clock may differ from what was kept before a new offset is kept."""
__all__ = ["Capture", "Record"]

SETTLEMENTS = tuple(Settlement)
KINDS = tuple(Kind)
KIND_BITS = 7


def wall_offset() -> float:
    """Seconds from the monotonic clock to the wall clock."""
    return time.time() - time.monotonic()


class Capture:
    """Frames, heart-beats and losses of any number of connections, in the order in which they happened.

    With a `recording` all of them lie in its file, within its limits, and memory keeps the newest; without
    one memory keeps at most `limit_octets` of raw octets and `limit_records` records. `dropped` counts what
    fell off. Messages that are still unsettled are kept beyond all limits. `recognise` says which dialect a
    CONNECTED frame speaks, so that frames are decoded as the session decoded them. `origin` says of a
    connection where it goes to and which it replaced.
    """

    def __init__(
        self,
        limit_octets: int | None = None,
        limit_records: int | None = None,
        *,
        recording: Recording | None = None,
        recognise: Callable[[Frame], Dialect] = lambda frame: SPECIFICATION,
        origin: Callable[[int], Origin] = lambda connection: Origin(),
        offset: Callable[[], float] = wall_offset,
    ) -> None:
        self.versions = Versions(recognise)
        self.origin = origin
        self.states: Callable[[], Iterable[State]] = tuple
        """Gives the states of all connections, right after what was taken in; for checkpoints."""
        self.tiers = Tiers(limit_octets, limit_records, recording)
        self._columns = self.tiers.columns
        self.notes: dict[int, str] = self.archive.notes() if self.archive is not None else {}
        """What the user wrote down, by the id of the record."""
        self.again = Again()
        self._frames = Frames()
        self._fold = Fold(self)
        self._measure = offset
        self._offset = offset()
        self._keep = recording is not None and recording.kept
        self.unwritten = 0
        """How many records had not reached the file when it was closed; `unwritten_why` may say why."""
        self.unwritten_why = ""

    # -- what is here --

    @property
    def first_id(self) -> int:
        """The id of the oldest record, 1 when nothing was ever kept."""
        return self.kept_ids[0] if self.kept_ids else self.window_id

    @property
    def last_id(self) -> int:
        return self._columns.last_id

    @property
    def window_id(self) -> int:
        """From this id on every record is here; before it only messages kept since they are unsettled."""
        return self.tiers.window_id

    @property
    def kept_ids(self) -> Sequence[int]:
        """The ids below `window_id` that are still here, ascending."""
        return self.tiers.kept_ids

    @property
    def count(self) -> int:
        return self.last_id + 1 - self.window_id + len(self.kept_ids)

    @property
    def dropped(self) -> int:
        """How many records fell off a limit."""
        return self.tiers.dropped

    @property
    def version(self) -> int:
        """Changes when records that were here are dropped, so that rows moved."""
        return self.tiers.version

    @property
    def beats(self) -> Beats:
        """The ids that are heart-beats."""
        return self.tiers.beats

    @property
    def octets(self) -> int:
        """Raw octets in memory."""
        return self._columns.octets

    @property
    def last_number(self) -> int:
        """The number of the newest frame."""
        return self.tiers.numbers.last

    @property
    def behind(self) -> bool:
        """Whether so much waits to be written that reading had better pause."""
        return self.tiers.behind

    @property
    def archive(self) -> Archive | None:
        """The file beneath, if there is one."""
        return self.tiers.archive

    # -- writing --

    def extend(self, events: Iterable[Event]) -> None:
        """Take in what happened, in order: new records, and what became of those that are here."""
        offset = self._measure()
        if abs(offset - self._offset) > OFFSET_TOLERANCE:
            self._offset = offset
        offset = self._offset
        fold = self._fold
        fold.begin()
        append, note, bits = self._columns.append, self.tiers.numbers.note, self.versions.bits
        for event in events:
            if type(event) is MessageReceived and event.deliveries == 1:  # nearly all of them: no detour
                connection, number, at, frame, settlement, _, _, _ = event
                id_ = append(connection, number, at, offset, bits.get(connection, 0), frame.raw, settlement)
                note(connection, number, id_)
            elif type(event) is FrameSent and event[4] is None and event[3].command in SETTLING:
                connection, number, at, frame, _ = event
                flags = bits.get(connection, 0) | TO_BROKER
                id_ = append(connection, number, at, offset, flags, frame.raw, Settlement.NONE)
                note(connection, number, id_)
                fold.settles(event, id_)
            elif type(event) is not Settled or not fold.settled_alone(event, offset):
                fold.apply(event)
        fold.end()
        self.tiers.publish()
        if self.archive is not None:
            self.archive.checkpoint(self.last_id, self.states())

    def catch_up(self) -> None:
        """Take in what was written or deleted while nothing arrived."""
        self.tiers.catch_up()

    def add(
        self,
        event: Any,
        raw: bytes,
        settlement: int = Settlement.NONE,
        *,
        kind: Kind = Kind.FRAME,
        to_broker: bool = False,
        extra: Extra | None = None,
    ) -> int:
        """Keep one record for `event` and return its id; for what `extend` calls only."""
        connection, number = event.connection, getattr(event, "number", 0)
        flags = kind | (TO_BROKER if to_broker else 0) | self.versions.bits.get(connection, 0)
        id_ = self._columns.append(connection, number, event.time, self._offset, flags, raw, settlement)
        if number:
            self.tiers.numbers.note(connection, number, id_)
        if extra is not None:
            self.tiers.set_extra(id_, extra)
        if kind is Kind.HEART_BEAT:
            self.beats.add(id_)
        return id_

    def settle(self, id_: int, settlement: Settlement, time: float, number: int | None = None) -> None:
        """Note what became of a record, by frame `number`; for what `extend` calls only, as the next."""
        self.tiers.settle(id_, settlement, time + self._offset, number)

    def set_outcome(self, id_: int, words: str) -> None:
        self.tiers.set_outcome(id_, words)

    def set_about(self, id_: int, about: About) -> None:
        before = self.tiers.extra(id_)
        self.tiers.set_extra(id_, Extra(about=about) if before is PLAIN else before._replace(about=about))

    def link(self, link: Link) -> None:
        """Note more of a connection, times by its monotonic clock; for what `extend` calls only."""
        if self.archive is not None:
            opened, closed = (at and at + self._offset for at in (link.opened, link.closed))
            self.archive.link(link._replace(opened=opened, closed=closed))

    def note(self, id_: int, text: str) -> None:
        """Write something down of a record; an empty text takes it back."""
        self.notes.pop(id_, None)
        if text:
            self.notes[id_] = text
        if self.archive is not None:
            self.archive.note(Note(id_, time.time(), printed(text)))

    def keep(self) -> None:
        """Have the file stay after `close`."""
        self._keep = True

    def close(self, wait: float) -> Path | None:
        """Write what is left, for at most `wait` seconds, and close the file; its path if it stays.

        Nothing can be read from it any more.
        """
        archive = self.archive or self.tiers.detached
        if archive is None:
            return None
        ended = archive.end(wait)
        if archive.recording.writes:
            self.unwritten, self.unwritten_why = max(self.last_id - archive.written, 0), archive.trouble
        return archive.recording.close(keep=self._keep, ended=ended)

    # -- reading --

    def record(self, id_: int) -> Record | None:
        """Everything known of one record; None when it was dropped."""
        return self._record(id_, self.tiers.whole(id_))

    def brief(self, id_: int) -> Record | None:
        """The same, but of a large body that only the file has just how it begins: the rest is `left`."""
        return self._record(id_, self.tiers.line(id_))

    def reader(self, record: Record) -> Callable[[large.Told], Record | None]:
        """What reads the octets that are `left` of a record: for another thread, see `large.whole`."""
        archive = self.archive or self.tiers.detached
        assert archive is not None
        return partial(large.whole, archive.recording.path, record)

    def _record(self, id_: int, line: Line | None) -> Record | None:
        if line is None:
            return None
        kind = KINDS[line.flags & KIND_BITS]
        extra = line.extra
        return Record(
            id_,
            line.connection,
            line.number,
            line.time,
            line.wall,
            bool(line.flags & TO_BROKER),
            self._frames.frame(id_, line) if kind is Kind.FRAME else None,
            b"\n" * extra.beats if kind is Kind.HEART_BEAT else line.raw,
            SETTLEMENTS[line.settlement],
            extra.deliveries,
            extra.earlier,
            line.outcome,
            kind,
            extra.words,
            extra.beats,
            extra.about,
            line.left,
            self.notes.get(id_, ""),
        )

    def protocol(self, id_: int) -> tuple[str | None, bool]:
        """The version in force for a record, None before CONNECTED, and whether 1.0 has escapes there."""
        line = self.tiers.line(id_)
        bits = 0 if line is None else line.flags >> VERSION_SHIFT
        return VERSIONS[bits & 3], bool(bits & 4)

    def __contains__(self, id_: int) -> bool:
        return self.tiers.line(id_) is not None

    def page(self, ids: Iterable[int]) -> list[Record | None]:
        """The records of a screen, as `brief` gives them."""
        return [self.brief(id_) for id_ in ids]

    def find_id(self, connection: int, number: int) -> int | None:
        """The id of frame `number` of `connection`, while it is here."""
        return self.tiers.find_id(connection, number)

    def noted_id(self, connection: int, number: int) -> int | None:
        """What `find_id` says of a frame that was taken in for sure, without a look at it."""
        return self.tiers.noted_id(connection, number)

    def named(self, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The connection and the number of each of the records `ids`, ascending, that is here."""
        return self.tiers.named(ids)

    def settlement(self, id_: int) -> Settlement:
        """What became of a record; NONE when it was dropped."""
        return SETTLEMENTS[self.tiers.settlement(id_)]

    def outcome(self, id_: int) -> str:
        """What became of what we sent, in words."""
        return self.tiers.outcome(id_)

    def raw(self, id_: int) -> bytes:
        """The raw octets of a record, nothing decoded."""
        line = self.tiers.whole(id_)
        return b"" if line is None else line.raw

    def rows(self, beats: bool = False) -> Rows:
        """What a feed shows, with the heart-beats or without."""
        return Rows(self, beats)

    def next_unsettled(self, after_id: int, backwards: bool = False, wrap: bool = True) -> int | None:
        """The unsettled message after `after_id` (or before it), then from the other end on."""
        end = self.last_id + 1
        ranges = [(0, after_id), (0, end)] if backwards else [(after_id, end), (0, end)]
        for after, before in ranges if wrap else ranges[:1]:
            found = next(self.tiers.unsettled(after, min(before, end), backwards=backwards), None)
            if found is not None:
                return found
        return None

    def unsettled(self) -> Iterator[int]:
        """Every unsettled message, oldest first."""
        return self.tiers.unsettled(0, self.last_id + 1)

    def search(self, text: str, *, after: int = 0, backwards: bool = False) -> Iterator[int | None]:
        """The ids of the records whose raw octets hold `text`, whatever its case, each once.

        From `after` on (or back), nearest first, then round the end and up to `after` itself. Yields None
        wherever some milliseconds of looking found nothing, so that whoever iterates lets others run.
        """
        return search.search(self, text, after, backwards)

    def piece(self, id_: int, octets: int, backwards: bool) -> Piece | None:
        """Octets of the records next to `id_`, for a search to look through."""
        return self.tiers.piece(id_, octets, backwards)
