"""Everything that happened, kept once: what is written arrives by `extend`, what is read goes by id."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from stomptui.capture import search
from stomptui.capture.columns import TO_BROKER, Columns, Line
from stomptui.capture.decode import Frames, Versions
from stomptui.capture.fold import Fold
from stomptui.capture.kept import Kept
from stomptui.capture.numbers import Numbers
from stomptui.capture.record import About, Kind, Record
from stomptui.capture.rows import Beats, Rows
from stomptui.capture.search import Piece
from stomptui.capture.segment import PLAIN, Extra
from stomptui.stomp.dialect import SPECIFICATION, Dialect
from stomptui.stomp.events import Event, MessageReceived, Settlement
from stomptui.stomp.frame import Frame

LIMIT_OCTETS = 256 << 20
LIMIT_RECORDS = 1_000_000
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

    At most `limit_bytes` of raw octets and `limit_records` records, the newest; `dropped` counts what
    fell off. Messages that are still unsettled are kept beyond both. `recognise` says which dialect a
    CONNECTED frame speaks, so that frames are decoded as the session decoded them.
    """

    def __init__(
        self,
        limit_bytes: int = LIMIT_OCTETS,
        limit_records: int = LIMIT_RECORDS,
        *,
        recognise: Callable[[Frame], Dialect] = lambda frame: SPECIFICATION,
        offset: Callable[[], float] = wall_offset,
    ) -> None:
        self.limit_bytes = limit_bytes
        self.limit_records = limit_records
        self.dropped = 0
        self.version = 0
        """Changes when records that were here are dropped, so that rows moved."""
        self.beats = Beats()
        self.versions = Versions(recognise)
        self._columns = Columns()
        self._kept = Kept()
        self._numbers = Numbers()
        self._frames = Frames()
        self._fold = Fold(self)
        self._measure = offset
        self._offset = offset()

    # -- what is here --

    @property
    def first_id(self) -> int:
        """The id of the oldest record, 1 when nothing was ever kept."""
        return self._kept.ids[0] if self._kept.ids else self._columns.first_id

    @property
    def last_id(self) -> int:
        return self._columns.last_id

    @property
    def window_id(self) -> int:
        """From this id on every record is here; before it only messages kept since they are unsettled."""
        return self._columns.first_id

    @property
    def kept_ids(self) -> Sequence[int]:
        """The ids below `window_id` that are still here, ascending."""
        return self._kept.ids

    @property
    def count(self) -> int:
        return len(self._columns) + len(self._kept.ids)

    @property
    def octets(self) -> int:
        """Raw octets of what counts against `limit_bytes`."""
        return self._columns.octets

    @property
    def last_number(self) -> int:
        """The number of the newest frame."""
        return self._numbers.last

    # -- writing --

    def extend(self, events: Iterable[Event]) -> None:
        """Take in what happened, in order: new records, and what became of those that are here."""
        offset = self._measure()
        if abs(offset - self._offset) > OFFSET_TOLERANCE:
            self._offset = offset
        offset = self._offset
        fold = self._fold
        fold.begin()
        append, note, bits = self._columns.append, self._numbers.note, self.versions.bits
        for event in events:
            if type(event) is MessageReceived and event.deliveries == 1:  # nearly all of them: no detour
                connection, number, at, frame, settlement, _, _, _ = event
                id_ = append(connection, number, at, offset, bits.get(connection, 0), frame.raw, settlement)
                note(connection, number, id_)
            else:
                fold.apply(event)
        self._trim()

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
            self._numbers.note(connection, number, id_)
        if extra is not None:
            self._set_extra(id_, extra)
        if kind is Kind.HEART_BEAT:
            self.beats.add(id_)
        return id_

    def settle(self, id_: int, settlement: Settlement) -> None:
        """Note what became of a record; for what `extend` calls only, as the next two."""
        if id_ in self._kept.lines:
            self._kept.settle(id_, settlement)
        elif found := self._columns.find(id_):
            segment, index = found
            segment.settlements[index] = settlement

    def set_outcome(self, id_: int, words: str) -> None:
        if found := self._columns.find(id_):
            segment, index = found
            segment.outcomes[index] = words

    def set_about(self, id_: int, about: About) -> None:
        if found := self._columns.find(id_):
            segment, index = found
            segment.extras[index] = segment.extras.get(index, PLAIN)._replace(about=about)

    def _set_extra(self, id_: int, extra: Extra) -> None:
        if found := self._columns.find(id_):
            segment, index = found
            segment.extras[index] = extra

    def _trim(self) -> None:
        columns, before = self._columns, self._columns.first_id
        while len(columns) > 1:
            records = len(columns) - self.limit_records
            octets = columns.octets - self.limit_bytes
            if records <= 0 and octets <= 0:
                break
            was = len(columns)
            open_ = columns.drop(max(records, 0), max(octets, 0))
            for id_, line in open_:
                self._kept.add(id_, line)
            self.dropped += was - len(columns) - len(open_)
        if columns.first_id != before:
            self.dropped += self._kept.release()
            self.version += 1
            self.beats.forget(columns.first_id)
            self._numbers.forget(columns.first_id)

    # -- reading --

    def record(self, id_: int) -> Record | None:
        """Everything known of one record; None when it was dropped."""
        line = self._line(id_)
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
            self._frames.frame(id_, line.raw, line.flags) if kind is Kind.FRAME else None,
            b"\n" * extra.beats if kind is Kind.HEART_BEAT else line.raw,
            SETTLEMENTS[line.settlement],
            extra.deliveries,
            extra.earlier,
            line.outcome,
            kind,
            extra.words,
            extra.beats,
            extra.about,
        )

    def __contains__(self, id_: int) -> bool:
        return self._columns.find(id_) is not None or id_ in self._kept.lines

    def page(self, ids: Iterable[int]) -> list[Record | None]:
        """The records of a screen."""
        return [self.record(id_) for id_ in ids]

    def find_id(self, connection: int, number: int) -> int | None:
        """The id of frame `number` of `connection`, while it is here."""
        id_ = self._numbers.id(connection, number)
        if id_ is not None and (found := self._columns.find(id_)) is not None:
            segment, index = found
            if segment.numbers[index] == number and segment.connections[index] == connection:
                return id_
            return None
        return self._kept.id(connection, number)

    def settlement(self, id_: int) -> Settlement:
        """What became of a record; NONE when it was dropped."""
        if found := self._columns.find(id_):
            return SETTLEMENTS[found[0].settlements[found[1]]]
        line = self._kept.lines.get(id_)
        return Settlement.NONE if line is None else SETTLEMENTS[line.settlement]

    def outcome(self, id_: int) -> str:
        """What became of what we sent, in words."""
        if found := self._columns.find(id_):
            return found[0].outcomes.get(found[1], "")
        line = self._kept.lines.get(id_)
        return "" if line is None else line.outcome

    def raw(self, id_: int) -> bytes:
        """The raw octets of a record, nothing decoded."""
        if found := self._columns.find(id_):
            return found[0].octets(found[1])
        line = self._kept.lines.get(id_)
        return b"" if line is None else line.raw

    def rows(self, beats: bool = False) -> Rows:
        """What a feed shows, with the heart-beats or without."""
        return Rows(self, beats)

    def next_unsettled(self, after_id: int, backwards: bool = False, wrap: bool = True) -> int | None:
        """The unsettled message after `after_id` (or before it), then from the other end on."""
        end = self.last_id + 1
        if backwards:
            found = self._before(after_id)
            return self._before(end) if found is None and wrap else found
        found = self._after(after_id)
        return self._after(0) if found is None and wrap else found

    def unsettled(self) -> Iterator[int]:
        """Every unsettled message, oldest first."""
        id_ = self._after(0)
        while id_ is not None:
            yield id_
            id_ = self._after(id_)

    def search(self, text: str, *, after: int = 0, backwards: bool = False) -> Iterator[int | None]:
        """The ids of the records whose raw octets hold `text`, whatever its case, each once.

        From `after` on (or back), nearest first, then round the end and up to `after` itself. Yields None
        wherever some milliseconds of looking found nothing, so that whoever iterates lets others run.
        """
        return search.search(self, text, after, backwards)

    def matcher(self, text: str) -> Callable[[int], bool]:
        """A function that says of a record, by its id, whether `search` would find it."""
        how = search.finder(text)

        def matches(id_: int) -> bool:
            octets = self.raw(id_).lower()
            return how is not None and any(find(octets, 0) >= 0 for find in how.finds)

        return matches

    def piece(self, id_: int, octets: int, backwards: bool) -> Piece | None:
        """Octets of the records next to `id_`, for a search to look through."""
        if id_ < self.window_id:
            kept = self._kept
            old = kept.before(id_ + 1) if backwards else kept.after(id_ - 1)
            if old is not None:
                raw = kept.lines[old].raw
                return Piece(old, raw, [len(raw)])
            if backwards:
                return None
        return self._columns.piece(id_, octets, backwards)

    def _line(self, id_: int) -> Line | None:
        found = self._columns.find(id_)
        return self._kept.lines.get(id_) if found is None else self._columns.line(*found)

    def _after(self, id_: int) -> int | None:
        if id_ < self.window_id and (old := self._kept.after(id_, unsettled=True)) is not None:
            return old
        return self._columns.next_unsettled(id_, self.last_id + 1)

    def _before(self, id_: int) -> int | None:
        young = self._columns.last_unsettled(id_)
        return self._kept.before(id_, unsettled=True) if young is None else young
