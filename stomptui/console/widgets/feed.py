"""The live feed: rows of the capture, drawn a screen at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Region
from textual.message import Message

from stomptui.console.keys import bindings
from stomptui.console.widgets.feed_columns import columns
from stomptui.console.widgets.feed_place import Place
from stomptui.console.widgets.feed_shape import Shape
from stomptui.console.widgets.feed_strips import Key, Strips
from stomptui.console.widgets.feed_style import CLASSES, CSS
from stomptui.console.widgets.moving import Moving
from stomptui.console.widgets.painted import finishing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.style import Style
    from textual import events
    from textual.binding import BindingType
    from textual.strip import Strip

    from stomptui.capture.matches import Matches
    from stomptui.capture.store import Capture, Record
    from stomptui.console.widgets.painted import Painted

WHEEL = 3
"""Rows that one notch of the mouse wheel scrolls."""


class Feed(Moving, can_focus=True):
    """Shows `capture`, and looks at it again only in `refresh_rows()` and when the user moves."""

    DEFAULT_CSS = CSS
    COMPONENT_CLASSES: ClassVar[set[str]] = set(CLASSES)
    BINDING_GROUP_TITLE = "Feed"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("feed")]
    ALLOW_SELECT = False

    class CursorMoved(Message):
        """The cursor is on record `id` now, or nowhere."""

        def __init__(self, id: int | None) -> None:
            super().__init__()
            self.id = id

    class FollowChanged(Message):
        """Following began or ended."""

        def __init__(self, following: bool) -> None:
            super().__init__()
            self.following = following

    def __init__(self, capture: Capture, *, extra_columns: Iterable[str] = ()) -> None:
        """Raises ValueError for a column that cannot be read."""
        super().__init__()
        self.capture = capture
        self.beats = False
        self._place = Place(capture)
        self._shape = Shape(columns(extra_columns))
        self._strips = Strips(self._component, partial(finishing, self))
        self._lines: list[Painted] = []
        self._told: tuple[int | None, bool] = (None, True)
        self._dragging = False
        self._painted: int | None = None
        self._hidden = False
        self._covers: Callable[[int], bool] | None = None
        self.sign: Callable[[int], str] = lambda _: ""
        """Gives the mark of a message that is otherwise known as unsettled, by its id; empty for most."""

    # -- where the engineer is looking --

    @property
    def cursor(self) -> int | None:
        """The record that keys mean; None while following."""
        return self._place.cursor

    @property
    def following(self) -> bool:
        return self._place.following

    @property
    def selection(self) -> set[int]:
        return self._place.selection

    @property
    def newest(self) -> int | None:
        """The newest record in view while following, else the newest there is."""
        return self._place.newest

    @property
    def new(self) -> int:
        """How many rows came since following ended that have not been in view."""
        return self._place.new

    @property
    def matches(self) -> Matches | None:
        """The rows, while a filter chooses them."""
        return self._place.matches

    @property
    def cursor_in_view(self) -> bool:
        """Whether the record under the cursor is on the screen because somebody went there."""
        return self._place.cursor_in_view

    @property
    def cursor_looked_at(self) -> bool:
        """Whether the cursor is in view and was painted there: keys typed ahead of the paint do not count."""
        return self.cursor_in_view and (self._hidden or self._painted == self.cursor)

    def in_view(self, id_: int) -> bool:
        """Whether record `id_` is on the screen."""
        return id_ in self._place.visible

    def out_of_view(self, ids: set[int]) -> int:
        """How many of these records are not on the screen."""
        return len(ids) - len(ids.intersection(self._place.visible))

    # -- what keys and dialogs do --

    def move(self, by: int) -> None:
        """Move the cursor by so many rows; while following, from the newest row in view."""
        self._place.move(by)
        self.refresh_rows()

    def page(self, by: int) -> None:
        """Move the cursor by so many screens."""
        self._place.page(by)
        self.refresh_rows()

    def top(self) -> None:
        """Go to the oldest record."""
        self._place.go_to_top()
        self.refresh_rows()

    def follow(self) -> None:
        """Show what arrives; there is no cursor then."""
        self._place.follow()
        self.refresh_rows()

    def go_to(self, id_: int) -> None:
        """Put the cursor on record `id_`, or the row nearest to it, and bring it into view."""
        self._place.go_to(id_)
        self.refresh_rows()

    def next_unsettled(self, *, backwards: bool = False) -> int | None:
        """Go to the next unsettled message, round the end; without a cursor, to the oldest.

        Returns its id, None when nothing is unsettled.
        """
        after = self.cursor or 0
        found = self.unsettled_near(after, backwards=backwards and after > 0)
        if found is not None:
            self.go_to(found)
        return found

    def unsettled_near(self, after: int, *, backwards: bool = False) -> int | None:
        """The unsettled message after record `after` (or before it), round the end, that is a row."""
        matches = self.matches
        if matches is None:
            return self.capture.next_unsettled(after, backwards=backwards)
        return matches.next_unsettled(after, backwards=backwards)

    def toggle_selected(self) -> None:
        """Select the record under the cursor or let it go, and move on to the next."""
        self._place.toggle()
        self.refresh_rows()

    def extend(self, by: int) -> None:
        """Move the cursor by so many rows and select what lies between."""
        self._place.extend(by)
        self.refresh_rows()

    def unsettled(self) -> Iterator[int]:
        """Every unsettled message that is a row."""
        rows, chosen = self.matches, self.capture.unsettled()
        return chosen if rows is None else (id_ for id_ in chosen if id_ in rows)

    def select(self, ids: Iterable[int]) -> int:
        """Select the records `ids` and no other; returns how many."""
        self._place.selection = set(ids)
        self.refresh_rows()
        return len(self.selection)

    def clear_selection(self) -> None:
        self._place.clear_selection()
        self.refresh_rows()

    def show_beats(self, beats: bool) -> None:
        """Show heart-beats among the rows, or leave them out."""
        self.beats = beats
        self._place.show_beats(beats)
        self.refresh_rows()

    def show_only(self, matches: Matches | None) -> None:
        """Have the rows that match a filter, or all again; what was selected is not any more."""
        self._place.show_only(matches)
        self.refresh_rows()

    def set_off(self, text: str) -> None:
        """Set `text` off wherever a row shows it; an empty text ends that."""
        self._strips.set_off(text)
        self.refresh_rows()

    def light(self, covers: Callable[[int], bool] | None) -> None:
        """Light up the records that what is asked about covers from the next look on; None ends that."""
        self._covers = covers

    def home(self) -> None:
        self.top()

    def end(self) -> None:
        self.follow()

    # -- drawing --

    def refresh_rows(self) -> None:
        """Look at the capture again, and paint the lines that changed."""
        width, height = self.size.width - 1, self.size.height
        if height > 0:
            self._place.height = height
        self._place.look()  # while hidden too: keys go on meaning the record that another pane shows
        if width > 0 and height > 0:
            self._repaint(self._rows(width))
        cursor, following = self._told
        self._told = (self.cursor, self.following)
        if following != self.following:
            self.post_message(self.FollowChanged(self.following))
        if cursor != self.cursor:
            self.post_message(self.CursorMoved(self.cursor))

    def _rows(self, width: int) -> list[Painted]:
        place, strips, capture = self._place, self._strips, self.capture
        thumb, cursor, selection, covers = place.thumb(), place.cursor, place.selection, self._covers
        keys = [
            Key(
                id_,
                capture.settlement(id_),
                capture.outcome(id_) + capture.notes.get(id_, ""),
                id_ == cursor,
                id_ in selection,
                line in thumb,
                covers is not None and covers(id_),
                self.sign(id_),
            )
            for line, id_ in enumerate(place.visible)
        ]
        records: dict[int, Record | None] = {}
        for key in keys:
            if strips.known(key) is None:
                records[key.id] = record = capture.brief(key.id)
                if record is not None:
                    self._shape.see(record)
        strips.relayout(self._shape.layout(width, capture.last_number))
        return [
            strips.known(key) or strips.make(key, records.get(key.id) or capture.brief(key.id))
            for key in keys
        ]

    def _repaint(self, lines: list[Painted]) -> None:
        before, self._lines = self._lines, lines
        height, width = self.size.height, self.size.width
        changed = [
            line
            for line in range(max(len(lines), len(before)))
            if line >= len(lines) or line >= len(before) or lines[line] is not before[line]
        ]
        if len(changed) > height // 2:
            self.refresh()
        elif changed:
            self.refresh(*(Region(0, line, width, 1) for line in changed))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of `crop`: finished rows with their background, in which no box model has a part."""
        strips = [self.render_line(line) for line in crop.line_range]
        self._painted = self.cursor
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """The finished row for a line, as it was when the capture was last looked at."""
        if not self._lines and self._place.visible:
            self._lines = self._rows(self.size.width - 1)
        return self._lines[y] if y < len(self._lines) else self._strips.blank(self.size.width)

    def _component(self, name: str) -> Style:
        """The style of a piece of a row, which lies over that of the feed; the feed's own for no name."""
        if not name:
            return self.rich_style
        if name == "cursor" and not self.has_focus:
            name = "cursor-blurred"
        return self.get_component_rich_style(f"feed--{name}", partial=True)

    def _restyle(self) -> None:
        """Draw every row anew when it is painted: only then the new styles are known."""
        self._strips.restyle()
        self._lines = []
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._restyle()

    def on_hide(self) -> None:
        self._hidden = True

    def on_show(self) -> None:
        self._hidden = False

    def on_focus(self) -> None:
        self._restyle()

    def on_blur(self) -> None:
        self._restyle()

    def on_resize(self) -> None:
        self.refresh_rows()

    # -- the mouse --

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        if event.x >= self.size.width - 1:
            self._dragging = True
            self.capture_mouse()
            self._drag(event.y)
        elif 0 <= event.y < len(self._place.visible):
            self.go_to(self._place.visible[event.y])
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging:
            self._drag(event.y)

    async def on_click(self, event: events.Click) -> None:
        """Open the row that was clicked twice."""
        if event.chain == 2 and event.x < self.size.width - 1 and event.y < len(self._place.visible):
            await self.run_action("screen.key('message.open')")

    def on_mouse_up(self) -> None:
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._place.scroll(-WHEEL)
        self.refresh_rows()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        if not self.following:
            self._place.scroll(WHEEL)
            self.refresh_rows()

    def _drag(self, line: int) -> None:
        """Show the rows that lie where the scroll bar was taken hold of."""
        place = self._place
        share = max(0.0, min(1.0, line / max(1, self.size.height - 1)))
        place.scroll_to(round(share * max(0, len(place.rows) - place.height)))
        self.refresh_rows()
