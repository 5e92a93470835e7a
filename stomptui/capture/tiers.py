"""Where records lie: the newest in memory, all in a file if there is one, else what is unsettled beside."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from stomptui.capture.archive import Archive
from stomptui.capture.batch import Change, Part
from stomptui.capture.columns import Columns, Line
from stomptui.capture.kept import Kept
from stomptui.capture.numbers import Numbers
from stomptui.capture.recordings import Recording
from stomptui.capture.rows import Beats
from stomptui.capture.search import Piece
from stomptui.capture.segment import PLAIN, Extra

LIMIT_OCTETS = 256 << 20
LIMIT_RECORDS = 1_000_000
"""What memory keeps when there is no file, or when it has filled its disk."""
MEMORY_OCTETS = 24 << 20
MEMORY_RECORDS = 50_000
"""What memory keeps beside a file: what came last, so that a screen of it costs no look at the disk."""
BEHIND_OCTETS = 48 << 20
BEHIND_RECORDS = 200_000
"""What may wait to be written before reading pauses: some seconds of the fastest broker."""


class Tiers:
    """Records by id, in whichever tier they are; `version` changes when records that were here are gone."""

    def __init__(
        self, limit_octets: int | None, limit_records: int | None, recording: Recording | None
    ) -> None:
        """The limits are those of memory; None for the usual ones."""
        self.archive = None if recording is None else Archive(recording)
        near = self.archive is not None
        self.limit_octets = limit_octets or (MEMORY_OCTETS if near else LIMIT_OCTETS)
        self.limit_records = limit_records or (MEMORY_RECORDS if near else LIMIT_RECORDS)
        self.detached: Archive | None = None
        """The file that is written no more, as its disk is full."""
        self.columns = Columns(self.archive.written + 1 if self.archive is not None else 1)
        self.beats = Beats()
        self.numbers = Numbers()
        self.version = 0
        self._dropped = 0
        self._kept = Kept()
        self._published = self.columns.last_id
        if self.archive is not None:
            if not self.archive.recording.writes:
                self._grown(self.archive, self.archive.window)
            self.archive.begin(self._unwritten)

    # -- what is here --

    @property
    def window_id(self) -> int:
        """From this id on every record is here."""
        return self.columns.first_id if self.archive is None else self.archive.window

    @property
    def kept_ids(self) -> Sequence[int]:
        """The ids below the window that are here, ascending."""
        return self._kept.ids if self.archive is None else self.archive.kept_ids

    @property
    def dropped(self) -> int:
        """How many records fell off a limit."""
        return self._dropped + (self.archive.dropped if self.archive is not None else 0)

    @property
    def behind(self) -> bool:
        """Whether so much waits to be written that reading had better pause."""
        archive = self.archive
        if archive is None or archive.trouble:
            return False
        waiting = self.columns.last_id - archive.written
        return waiting > BEHIND_RECORDS or (waiting > 0 and self.columns.octets > BEHIND_OCTETS)

    # -- writing --

    def publish(self) -> None:
        """All that was appended is whole, and may go to the file; let go of what need not be here."""
        self._published = self.columns.last_id
        self.catch_up()

    def catch_up(self) -> None:
        """Take in what was written or deleted meanwhile, and keep within the limits."""
        archive = self.archive
        if archive is None:
            self._drop()
            return
        if archive.catch_up():
            self._moved()
        if not archive.recording.writes:
            if archive.written > self.columns.last_id:
                self._grown(archive, self.columns.last_id + 1)
            return
        if archive.trouble and (
            self.columns.octets > LIMIT_OCTETS or len(self.columns) > LIMIT_RECORDS
        ):  # the disk is full for good
            self._detach(archive)
        else:
            self._let_go(archive.written)

    def _grown(self, archive: Archive, first: int) -> None:
        """Take in records from `first` on that another program has written."""
        for id_ in archive.beats(max(first, archive.window)):
            self.beats.add(id_)
        self.columns.skip(archive.written)
        self.numbers.last = archive.newest_number(first) or self.numbers.last

    def _unwritten(self, after: int) -> list[Part]:
        return [Part._make(part) for part in self.columns.since(after, self._published)]

    def _over(self) -> tuple[int, int]:
        return (
            max(len(self.columns) - self.limit_records, 0),
            max(self.columns.octets - self.limit_octets, 0),
        )

    def _let_go(self, written: int) -> None:
        while any(over := self._over()):
            before = self.columns.first_id
            self.columns.drop(*over, written)
            if self.columns.first_id == before:
                return

    def _drop(self) -> None:
        columns, before = self.columns, self.columns.first_id
        while len(columns) > 1 and any(over := self._over()):
            was = len(columns)
            open_ = columns.part(*over)
            for id_, line in open_:
                self._kept.add(id_, line)
            self._dropped += was - len(columns) - len(open_)
        if columns.first_id != before:
            self._dropped += self._kept.release()
            self._moved()

    def _detach(self, archive: Archive) -> None:
        """Go on in memory alone; the file keeps all that it has."""
        count = self.columns.first_id - archive.window + len(archive.kept_ids)
        for id_, line in archive.open_lines(self.columns.first_id):
            self._kept.add(id_, line)
        self._dropped = self.dropped + count - len(self._kept.ids)
        self.archive, self.detached = None, archive
        self._moved()

    def _moved(self) -> None:
        self.version += 1
        self.beats.forget(self.window_id)
        self.numbers.forget(self.window_id)

    def settle(self, id_: int, settlement: int, wall: float, number: int | None) -> None:
        """Note what became of a record, at `wall`, by frame `number` of its connection."""
        if found := self.columns.find(id_):
            segment, index = found
            segment.settlements[index] = settlement
            self._changed(id_)
        elif self.archive is None:
            self._kept.settle(id_, settlement)
        else:
            self.archive.settle(id_, settlement)
        if self.archive is not None:
            self.archive.settling(id_, wall, settlement, number)

    def settle_many(
        self, ids: Sequence[int], settlement: int, walls: Sequence[float], by: Sequence[int]
    ) -> None:
        """Note the same of several records, each at its own time and by its own frame."""
        archive = self.archive
        if archive is None:
            for id_, wall, number in zip(ids, walls, by, strict=True):
                self.settle(id_, settlement, wall, number)
            return
        first = self.columns.first_id
        for id_ in ids:
            if id_ >= first and (found := self.columns.find(id_)):
                segment, index = found
                segment.settlements[index] = settlement
        steps = zip(ids, walls, repeat(settlement), by, strict=False)
        archive.settle_many(ids, settlement, chain.from_iterable(steps))

    def set_outcome(self, id_: int, words: str) -> None:
        """Note what became of what we sent."""
        if found := self.columns.find(id_):
            segment, index = found
            segment.outcomes[index] = words
            self._changed(id_)
        elif self.archive is not None and (change := self.archive.now(id_)):
            self.archive.change(id_, change._replace(outcome=words))

    def set_extra(self, id_: int, extra: Extra) -> None:
        """Note more of a record that is in memory."""
        if found := self.columns.find(id_):
            segment, index = found
            segment.set_extra(index, extra)
            self._changed(id_)

    def extra(self, id_: int) -> Extra:
        """What few records have, of one in memory."""
        found = self.columns.find(id_)
        return PLAIN if found is None else found[0].extra(found[1])

    def _changed(self, id_: int) -> None:
        archive = self.archive
        if archive is not None and id_ <= archive.handed and (found := self.columns.find(id_)):
            segment, index = found
            archive.change(
                id_,
                Change(
                    segment.settlements[index],
                    segment.outcomes.get(index, ""),
                    segment.extra(index),
                ),
            )

    # -- reading --

    def whole(self, id_: int) -> Line | None:
        """One record with all its octets; None when it was dropped."""
        line = self.line(id_)
        return line if line is None or not line.left or self.archive is None else self.archive.whole(id_)

    def line(self, id_: int) -> Line | None:
        """One record, of a large body that only the file has how it begins; None when it was dropped."""
        if found := self.columns.find(id_):
            return self.columns.line(*found)
        return self._kept.line(id_) if self.archive is None else self.archive.line(id_)

    def settlement(self, id_: int) -> int:
        """What became of a record; 0 when it was dropped."""
        if found := self.columns.find(id_):
            return found[0].settlements[found[1]]
        line = self._kept.line(id_) if self.archive is None else self.archive.now(id_)
        return 0 if line is None else line.settlement

    def outcome(self, id_: int) -> str:
        """What became of what we sent, in words."""
        if found := self.columns.find(id_):
            return found[0].outcomes.get(found[1], "")
        line = self._kept.line(id_) if self.archive is None else self.archive.now(id_)
        return (line and line.outcome) or ""

    def find_id(self, connection: int, number: int) -> int | None:
        """The id of frame `number` of `connection`, while it is here."""
        id_ = self.numbers.id(connection, number)
        if self.archive is not None and not self.archive.recording.writes:
            return self.archive.find_id(connection, number)
        if id_ is not None and next(self.named((id_,)), None) == (connection, number):
            return id_
        if self.archive is not None:
            return self.archive.find_kept(connection, number)
        return self._kept.id(connection, number)

    def noted_id(self, connection: int, number: int) -> int | None:
        """What `find_id` says of a frame that was taken in for sure, without a look at it.

        Thousands are settled at once, and each look at the file waits for whoever writes it.
        """
        id_ = self.numbers.id(connection, number)
        if id_ is None or id_ > self.columns.last_id:
            return self.find_id(connection, number)
        if id_ >= self.window_id:
            return id_
        kept = self.kept_ids
        at = bisect_left(kept, id_)
        return id_ if at < len(kept) and kept[at] == id_ else None

    def named(self, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The connection and the number of each of the records `ids`, ascending, that is here."""
        split = bisect_left(ids, self.columns.first_id)
        if self.archive is not None:
            yield from self.archive.named(ids[:split])
        else:
            for id_ in ids[:split]:
                if line := self._kept.line(id_):
                    yield line.connection, line.number
        for id_ in ids[split:]:
            if found := self.columns.find(id_):
                segment, index = found
                yield segment.connections[index], segment.numbers[index]

    def unsettled(self, after: int, before: int, *, backwards: bool = False) -> Iterator[int]:
        """The unsettled messages whose ids lie between both, neither included, nearest to where it starts."""
        first = self.columns.first_id
        if backwards:
            yield from self._near(after, before, backwards=True)
            yield from self._far(after, min(before, first), backwards=True)
        else:
            yield from self._far(after, min(before, first), backwards=False)
            yield from self._near(max(after, first - 1), before, backwards=False)

    def _near(self, after: int, before: int, *, backwards: bool) -> Iterator[int]:
        columns = self.columns
        if backwards:
            while (id_ := columns.last_unsettled(before)) is not None and id_ > after:
                yield id_
                before = id_
        else:
            while (id_ := columns.next_unsettled(after, before)) is not None:
                yield id_
                after = id_

    def _far(self, after: int, before: int, *, backwards: bool) -> Iterator[int]:
        if self.archive is None:
            yield from self._kept.unsettled(after, before, backwards=backwards)
        elif after + 1 < before:
            yield from self.archive.unsettled(after, before, backwards=backwards)

    def piece(self, id_: int, octets: int, backwards: bool) -> Piece | None:
        """Octets of the records next to `id_`, for a search to look through."""
        id_ = min(id_, self.columns.last_id) if backwards else max(id_, 1)
        if id_ >= self.columns.first_id:
            return self.columns.piece(id_, octets, backwards)
        if id_ >= self.window_id and self.archive is not None:
            return self.archive.piece(id_, octets, backwards)
        kept = self.kept_ids
        at = bisect_right(kept, id_) - 1 if backwards else bisect_left(kept, id_)
        if 0 <= at < len(kept) and (line := self.whole(kept[at])) is not None:
            return Piece(kept[at], line.raw, [len(line.raw)])
        return None if backwards else self.piece(self.window_id, octets, backwards)
