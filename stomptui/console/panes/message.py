"""The message pane: one frame in full, its headers and its body as pretty, text, hex or on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from stomptui.capture.record import Kind as RecordKind
from stomptui.console.keys import bindings
from stomptui.console.widgets.lines import LinesView
from stomptui.console.widgets.record_words import remarks, title, usually
from stomptui.console.widgets.title import title_parts
from stomptui.render.body import Kind, kind_of
from stomptui.render.head import MARKS_SHOWN, HeadRows, any_clipped, mark_rows
from stomptui.render.highlight import NOTE
from stomptui.render.rows import FixedRows, Joined, Rows
from stomptui.render.trace import folded_rows
from stomptui.render.views import BodyView, body_rows, longest_row

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from stomptui.brokers import Words
    from stomptui.capture.record import Record
    from stomptui.render.rows import Segment
    from stomptui.stomp.frame import Frame

WIDE = 80
"""Columns of text from which the headers that the broker set are shown unasked, each in its own row."""

SEARCHED = 64 * 1024
"""Octets at the start of a frame in which a text that was searched is gone to."""

WITH_BODY = frozenset({"SEND", "MESSAGE", "ERROR"})
"""Commands that may have a body: of these, an empty one is worth a word. STOMP 1.2, Bodies."""


class MessagePane(LinesView):
    """Shows one record; which view and whether all headers show stays as it is from record to record."""

    BINDING_GROUP_TITLE = "Message"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("message")]
    TITLED = True

    def __init__(self) -> None:
        super().__init__()
        self.view = BodyView.PRETTY
        self.record: Record | None = None
        self._words: Words | None = None
        self._everything: bool | None = None
        self._kind = Kind.EMPTY
        self._shown: tuple[object, ...] = ()
        self._searched = ""

    def show(self, record: Record | None, words: Words | None = None) -> None:
        """Show `record`, from its beginning when it is another one; `words` says what the broker sets."""
        if record is None:
            shown: tuple[object, ...] = ()
        else:
            shown = (record.id, record.settlement, record.outcome, record.deliveries, words)
        if shown == self._shown and (record is None) == (self.record is None):
            return
        same = record is not None and self.record is not None and record.id == self.record.id
        self._shown, self.record, self._words = shown, record, words
        self._kind = self._kind_of_body()
        self._lay_out(keep_place=same)
        if not same:
            self._seek()

    def set_off(self, text: str) -> None:
        """Set `text` off wherever it is shown, and go to its first place, in this frame and in later ones."""
        if text.lower() != self._searched:
            self._searched = text.lower()
            super().set_off(text)
        self._seek()

    def _seek(self) -> None:
        """Go to what was searched, if the frame holds it near enough to its beginning."""
        wanted = self._searched.encode("utf-8", "surrogateescape")
        if wanted and self.record is not None and wanted in self.record.raw[:SEARCHED].lower():
            self.seek()

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

    def action_up(self) -> None:
        self.move(-1)

    def action_down(self) -> None:
        self.move(1)

    def action_page_up(self) -> None:
        self.page(-1)

    def action_page_down(self) -> None:
        self.page(1)

    def action_home(self) -> None:
        self.home()

    def action_end(self) -> None:
        self.end()

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
    def body_bytes(self) -> bytes:
        """The body as it is; for octets that form no frame, all of them."""
        if self.record is None:
            return b""
        return self.record.frame.body if self.record.frame is not None else self.record.raw

    @property
    def frame_bytes(self) -> bytes:
        """The octets of the whole frame, as they were on the wire."""
        return self.record.raw if self.record is not None else b""

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
        return kind_of(self.body_bytes, content_type or "")

    def _lay_out(self, *, keep_place: bool = False) -> None:
        rows = self._rows() if self.record is not None else FixedRows([[("no frame yet", NOTE)]])
        self.set_rows(rows, keep_place=keep_place)

    def _rows(self) -> Rows:
        record, frame = self.record, self.frame
        assert record is not None
        above = remarks(record)
        if frame is None:
            if record.kind in (RecordKind.MISSED, RecordKind.CLOSED, RecordKind.GIVEN_UP):
                return FixedRows(above)
            view = BodyView.WIRE if self.view is BodyView.PRETTY else self.view
            return Joined(FixedRows(above), body_rows(view, record.raw, self._kind, "", self.text_width))
        above += mark_rows(frame.marks, everything=self._unfolded)
        if self.view is BodyView.WIRE:
            return Joined(FixedRows(above), body_rows(self.view, record.raw, self._kind, "", self.text_width))
        # Below `message`, as the broker's words come first; above the body, which may be a long trace.
        head = Joined(self._head(frame), FixedRows(usually(record, self._words, self.text_width)))
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
        body, width = frame.body, self.text_width
        if not body and frame.command not in WITH_BODY:
            return FixedRows()
        folds = frame.command == "ERROR" and self.view is BodyView.PRETTY and self._kind is Kind.TEXT
        if folds and not self._unfolded:
            return folded_rows(body, longest=longest_row(width))
        return body_rows(self.view, body, self._kind, frame.first("content-type") or "", width)

    def on_resize(self) -> None:
        super().on_resize()
        self._lay_out(keep_place=True)

    # The title.

    def title_line(self, width: int) -> list[Segment]:
        left = title(self.record, self._kind, len(self.body_bytes))
        if self.seeking is not None:
            left += f"  going to the end, {self.seeking:.0%}"
        return title_parts(left, views_words(self.view), width, focused=self.has_focus)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click on the title looks in the next way."""
        if event.y == 0:
            self.next_view()


def views_words(current: BodyView) -> str:
    """Name the views, the current one in brackets: `v: [pretty] text  hex  wire`."""
    names = (f"[{view}]" if view is current else f" {view} " for view in BodyView)
    return f"v: {''.join(names)}".rstrip()
