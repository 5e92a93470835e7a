"""The message pane: one frame in full, its headers and its body as pretty, text, hex or on the wire."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, ClassVar

from stomptui.capture.record import Kind as RecordKind
from stomptui.capture.search import finder
from stomptui.console import reading
from stomptui.console.keys import bindings
from stomptui.console.widgets.error_words import answered, usually
from stomptui.console.widgets.lines import LinesView
from stomptui.console.widgets.record_words import remarks, title
from stomptui.console.widgets.title import title_parts
from stomptui.render.body import Kind, kind_of, size
from stomptui.render.head import MARKS_SHOWN, HeadRows, any_clipped, mark_rows
from stomptui.render.highlight import NOTE
from stomptui.render.rows import Beginning, FixedRows, Joined, Rows
from stomptui.render.trace import folded_rows
from stomptui.render.views import BodyView, body_rows, longest_row

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual import events
    from textual.binding import BindingType
    from textual.worker import Worker

    from stomptui.brokers import Words
    from stomptui.capture.record import Record
    from stomptui.capture.search import Find
    from stomptui.render.rows import Segment
    from stomptui.stomp.frame import Frame

    Read = Callable[[Record, Callable[[float], object]], Awaitable[Record]]
    """Reads what was left of a record, and tells how much of it has been read; raises CannotRead."""

WIDE = 80
"""Columns of text from which the headers that the broker set are shown unasked, each in its own row."""

PIECE = 1 << 18
"""Octets that are looked through for a text that was searched in one go: a fraction of a millisecond."""

BEGINNING = 200
"""Rows of a body that are shown until all of it is read: some screens."""

WITH_BODY = frozenset({"SEND", "MESSAGE", "ERROR"})
"""Commands that may have a body: of these, an empty one is worth a word. STOMP 1.2, Bodies."""


class MessagePane(LinesView):
    """Shows one record; which view and whether all headers show stays as it is from record to record.

    Of a record whose body was left in the file it shows the beginning until `read` has given it all.
    """

    BINDING_GROUP_TITLE = "Message"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("message")]
    TITLED = True

    def __init__(self, read: Read | None = None) -> None:
        super().__init__()
        self._read = read
        self._reading: Worker[None] | None = None
        self._share = 0.0
        self._unread = ""
        """Why the rest of a body cannot be read."""
        self.view = BodyView.PRETTY
        self.record: Record | None = None
        self._words: Words | None = None
        self._lives: bool | None = None
        self._everything: bool | None = None
        self._kind = Kind.EMPTY
        self._shown: tuple[object, ...] = ()
        self._searched = ""

    def show(self, record: Record | None, words: Words | None = None, *, lives: bool | None = None) -> None:
        """Show `record`, from its beginning when it is another one; `words` says what the broker sets.

        `lives` is whether its connection is open now, None where nobody knows.
        """
        if record is None:
            shown: tuple[object, ...] = ()
        else:
            shown = (record.id, record.settlement, record.outcome, record.deliveries, record.note)
            shown += (words, lives)
        if shown == self._shown and (record is None) == (self.record is None):
            return
        same = record is not None and self.record is not None and record.id == self.record.id
        if same and record is not None and self.record is not None and record.left > self.record.left:
            record = record._replace(frame=self.record.frame, raw=self.record.raw, left=0)
        self._shown, self.record, self._words, self._lives = shown, record, words, lives
        if not same:
            self._read_on()
        self._kind = self._kind_of_body()
        self._lay_out(keep_place=same)
        if not same:
            self._seek()

    def _read_on(self) -> None:
        """Read what was left of the record, and no more of the one before."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._share, self._unread = 0.0, ""
        if self.record is not None and self.record.left and self._read is not None:
            self._reading = self.run_worker(self._read_rest(self._read, self.record), exit_on_error=False)

    async def _read_rest(self, read: Read, record: Record) -> None:
        try:
            whole = await read(record, self._told)
        except reading.CannotRead as error:
            self._unread = str(error)
        else:
            if self.record is None or self.record.id != record.id:
                return
            self.record = self.record._replace(frame=whole.frame, raw=whole.raw, left=0)
            self._kind = self._kind_of_body()
        self._reading = None
        self._lay_out(keep_place=True)
        self._seek()

    def _told(self, share: float) -> None:
        self._share = share
        self.refresh()

    def set_off(self, text: str) -> None:
        """Set `text` off wherever it is shown, and go to its first place, in this frame and in later ones."""
        if text.lower() != self._searched:
            self._searched = text.lower()
            super().set_off(text)
        self._seek()

    def _seek(self) -> None:
        """Go to what was searched, once it is known where the frame holds it."""
        if self._searched and self.record is not None:
            self.seek(self._looking(self._searched, self.record))

    def _looking(self, wanted: str, record: Record) -> Iterator[object]:
        """Look in what stands above the body, then in the octets, then in the rows where those have it."""
        rows = self._window.rows
        for found in self._window.seek(0, rows.above if isinstance(rows, Joined) else None):
            yield found
            if found:
                return
        frame = record.frame
        body = frame.end if frame is not None and self.view is not BodyView.WIRE else 0
        for found in self._window.seek_places(places(memoryview(record.raw)[body:], wanted)):
            yield found
            if found:
                return

    # What keys ask for.

    def next_view(self) -> None:
        """Look at the body in the next way: pretty, text, hex, wire."""
        self.view = self.view.next()
        self._lay_out()
        self._seek()

    def toggle_headers(self) -> None:
        """Show the headers that the broker set, every mark and the whole of a stack trace, or fold them."""
        self._everything = not self._unfolded
        self._lay_out(keep_place=True)

    # What is taken out of the console: octets, exactly.

    @property
    def frame(self) -> Frame | None:
        """The frame that is shown, None for nothing or for octets that form no frame."""
        return self.record.frame if self.record is not None else None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of the frame that is shown."""
        return self.frame.headers if self.frame is not None else ()

    @property
    def body(self) -> memoryview:
        """The body as far as it is here, where it lies; for octets that form no frame, all of them."""
        if self.record is None:
            return memoryview(b"")
        return self.record.frame.view if self.record.frame is not None else memoryview(self.record.raw)

    # How it is laid out.

    @property
    def _unfolded(self) -> bool:
        if self._everything is not None:
            return self._everything
        # Unasked, room decides about headers; a trace and the many marks of a broken frame stay folded.
        frame = self.frame
        if frame is not None and (frame.command == "ERROR" or len(frame.marks) > MARKS_SHOWN):
            return False
        return self.text_width >= WIDE and not any_clipped(self.headers, self.text_width)

    def _kind_of_body(self) -> Kind:
        content_type = self.frame.first("content-type") if self.frame is not None else None
        return kind_of(self.body, content_type or "", cut=self._left > 0)

    @property
    def _left(self) -> int:
        return self.record.left if self.record is not None else 0

    def _lay_out(self, *, keep_place: bool = False) -> None:
        rows = self._rows() if self.record is not None else FixedRows([[("no frame yet", NOTE)]])
        self.set_rows(rows, keep_place=keep_place)

    def _rows(self) -> Rows:
        record, frame = self.record, self.frame
        assert record is not None
        above = remarks(record, self._words, lives=self._lives, width=self.text_width)
        if frame is None:
            if record.kind in (RecordKind.MISSED, RecordKind.CLOSED, RecordKind.GIVEN_UP):
                return FixedRows(above)
            view = BodyView.WIRE if self.view is BodyView.PRETTY else self.view
            return Joined(FixedRows(above), body_rows(view, record.raw, self._kind, "", self.text_width))
        above += mark_rows(frame.marks, everything=self._unfolded)
        answers = answered(record, self._words, self.text_width)
        if self.view is BodyView.WIRE:
            octets = memoryview(record.raw)[: -1 if record.left else None]
            rows = body_rows(self.view, octets, self._kind, "", self.text_width)
            return Joined(FixedRows(above + answers), self._so_far(rows))
        # Below `message`, as the broker's words come first; above the body, which may be a long trace.
        said = [*answers, *usually(record, self._words, self.text_width, lives=self._lives)]
        head = Joined(self._head(frame), FixedRows(said))
        return Joined(Joined(FixedRows(above), head), self._body(frame))

    def _head(self, frame: Frame) -> Rows:
        from_broker = frame.command == "MESSAGE" and self._words is not None
        return HeadRows(
            frame.headers,
            self.text_width,
            self._words.set_by_broker if from_broker and self._words is not None else (),
            fold=not self._unfolded,
            emphasised="message" if frame.command == "ERROR" else "",
        )

    def _body(self, frame: Frame) -> Rows:
        body, width = frame.view, self.text_width
        if not body and frame.command not in WITH_BODY:
            return FixedRows()
        folds = frame.command == "ERROR" and self.view is BodyView.PRETTY and self._kind is Kind.TEXT
        if folds and not self._unfolded:
            return folded_rows(body, longest=longest_row(width))
        rows = body_rows(self.view, body, self._kind, frame.first("content-type") or "", width)
        return self._so_far(rows)

    def _so_far(self, rows: Rows) -> Rows:
        """The first of `rows`, and words about the rest, while that is read; else all of them."""
        if not self._left:
            return rows
        words = self._unread or f"reading {size(len(self.body) + self._left)} ..."
        return Beginning(rows, f"-- {words}", BEGINNING)

    def on_resize(self) -> None:
        super().on_resize()
        self._lay_out(keep_place=True)

    # The title.

    def title_line(self, width: int) -> list[Segment]:
        left = title(self.record, self._kind, len(self.body) + self._left)
        if self._left and not self._unread:
            left += f"  reading, {self._share:.0%}"
        if self.seeking is not None:
            left += f"  going to the end, {self.seeking:.0%}"
        elif self.sought:
            left += "  going to the text"
        return title_parts(left, views_words(self.view), width, focused=self.has_focus)

    def on_click(self, event: events.Click) -> None:
        """A click on the title looks in the next way."""
        if event.y == 0:
            self.next_view()


def places(octets: memoryview, wanted: str) -> Iterator[int | None]:
    """Where `octets` hold `wanted`, in any case, ascending; None after each piece of them."""
    how = finder(wanted)
    if how is None:
        return
    size = min(PIECE, how.piece)
    for start in range(0, len(octets), size):
        piece = bytes(octets[start : start + size + how.longest - 1]).lower()
        for found in merge(*(_found(find, piece, size) for find in how.finds)):
            yield start + found
        yield None


def _found(find: Find, piece: bytes, size: int) -> Iterator[int]:
    at = find(piece, 0)
    while 0 <= at < size:  # what begins behind belongs to the next piece
        yield at
        at = find(piece, at + 1)


def views_words(current: BodyView) -> str:
    """Name the views, the current one in brackets: `v: [pretty] text  hex  wire`."""
    names = (f"[{view}]" if view is current else f" {view} " for view in BodyView)
    return f"v: {''.join(names)}".rstrip()
