"""A view of rows of any number and length: only what is visible is made, painted and folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment as RichSegment
from textual.geometry import Region
from textual.strip import Strip

from stomptui.console.widgets.found import FOUND, searching
from stomptui.console.widgets.moving import Moving
from stomptui.console.widgets.painted import finishing
from stomptui.console.widgets.window import Line, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style
    from textual import events
    from textual.selection import Selection
    from textual.timer import Timer

    from stomptui.console.widgets.painted import Finish, Painted
    from stomptui.render.rows import Rows, Segment

    Look = tuple[tuple[Segment, ...], bool | None]
    """All that decides how a line looks: its text, and whether the thumb of the scroll bar is in it."""

KEPT = 256
"""Finished lines that are kept, by what they show: some screens of them."""

PAUSE = 0.003
"""Seconds between two slices of finding rows: keys, the socket and painting come in between."""

WHEEL = 3
"""Lines that a turn of the mouse wheel moves."""

STYLES = (
    "header-name", "header-value", "broker-header", "protocol-mark", "json-key", "json-string", "json-number",
    "json-constant", "json-punctuation", "xml-tag", "xml-attribute", "xml-value", "xml-text", "xml-comment",
    "hex-offset", "hex-octets", "hex-text", "invisible", "error-frame", "outcome", "muted",
    "title", "title-focus", "rule", "rule-focus", FOUND,
)  # fmt: skip
"""Style names of segments, which are variables of the theme too."""

_TEXT_STYLED = frozenset(
    {"broker-header", "invisible", "error-frame", "muted", "title", "title-focus", "rule", FOUND}
)


def _css() -> str:
    rules = []
    for name in STYLES:
        style = f" text-style: ${name}-style;" if name in _TEXT_STYLED else ""
        rules.append(f"& > .lines--{name} {{ color: ${name};{style} }}")
    rules.append(f"& > .lines--{FOUND} {{ background: ${FOUND}-background; }}")
    rules.append("& > .lines--bar { background: $scrollbar-background; }")
    rules.append("& > .lines--thumb { color: $scrollbar-background; background: $scrollbar; }")
    return f"LinesView {{ {' '.join(rules)} }}"


class LinesView(Moving, can_focus=True):
    """Shows `Rows` under an optional title line, with a scroll bar as the last cell.

    Finding the rows of a large body goes in slices, and only as far as somebody looks. A line is finished
    once: the next frame mostly has the same headers. There is no border and no padding.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{name}" for name in (*STYLES, "bar", "thumb")}
    DEFAULT_CSS = _css()
    TITLED: ClassVar[bool] = False
    """Whether the first line is `title_line()`."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._window = Window()
        self._lines: list[Line] | None = None
        self._thumb: tuple[int, int] | None = None
        self._styles: dict[str, Style] = {}
        self._to_end = False
        self._seeking: Iterator[object] | None = None
        self._timer: Timer | None = None
        self._finish: Finish | None = None
        self._finished: dict[Look, Painted] = {}
        self._title: tuple[list[Segment], Painted] | None = None

    # What the pane says.

    def set_rows(self, rows: Rows, *, keep_place: bool = False) -> None:
        """Show other rows, from the first one or from about where the old ones were."""
        self._to_end = False
        if not keep_place:
            self._seeking = None
        self._window.look_at(rows, keep_place=keep_place)
        self._changed()

    def set_off(self, text: str) -> None:
        """Set `text` off wherever a row shows it; an empty text ends that."""
        self._window.set_off(searching(text))
        self._changed()

    def seek(self, steps: Iterator[object]) -> None:
        """Take `steps`, which bring something into view, until they end or somebody moves; each is short."""
        self._to_end, self._seeking = False, steps
        self._seek_on()

    def _seek_on(self) -> None:
        steps = self._seeking
        if steps is None:
            return
        self._window.begin_slice()
        try:
            next(steps)
        except StopIteration:
            self._seeking = None
            self._changed()
        else:
            self.refresh(Region(0, 0, self.size.width, 1))
            self._go_on_later()

    @property
    def sought(self) -> bool:
        """Whether something is still looked for, to be brought into view."""
        return self._seeking is not None

    def title_line(self, width: int) -> list[Segment]:
        """The line above the rows, where the view is `TITLED`."""
        raise NotImplementedError

    @property
    def top(self) -> tuple[int, int]:
        """The row at the top, and which of its lines."""
        return self._window.top

    @property
    def seeking(self) -> float | None:
        """How much of the rows has been found, 0 to 1, while going to the end; else None."""
        rows = self._window.rows
        return min(len(rows) / max(rows.estimate(), 1), 1.0) if self._to_end and not rows.done else None

    @property
    def text_width(self) -> int:
        """Cells of a line: without the margin on the left and the scroll bar."""
        return max(self.content_size.width - 2, 2)

    @property
    def _room(self) -> tuple[int, int]:
        """Cells of a line, and how many lines there are."""
        return self.text_width, max(self.content_size.height - self.TITLED, 0)

    def shown(self) -> list[str]:
        """The lines of rows on the screen, as text."""
        return ["".join(text for text, _ in line.text) for line in self._visible()]

    # Moving.

    def move(self, by: int) -> None:
        """Move by so many lines, downwards when positive, as far as there are any."""
        self._to_end, self._seeking = False, None
        self._window.move(by)
        self._changed()

    def page(self, by: int) -> None:
        """Move by so many screens, less one line to keep the place."""
        self.move(by * max(self._window.height - 1, 1))

    def home(self) -> None:
        """Go to the first line."""
        self._to_end, self._seeking = False, None
        self._window.top = (0, 0)
        self._changed()

    def end(self) -> None:
        """Go to the last line, as soon as all rows are found; any other move gives that up."""
        self._to_end, self._seeking = True, None
        self._work()

    def _work(self) -> None:
        """Find rows for a slice of time, and go on later while more are wanted."""
        self._timer = None
        self._seek_on()
        if self._to_end:
            self._window.find(None)
            if not self._window.rows.done:
                # Only the title changes: it says how far this has come.
                self.refresh(Region(0, 0, self.size.width, 1))
                self._go_on_later()
                return
            self._to_end = False
            self._window.bottom()
        self._changed()

    def _go_on_later(self) -> None:
        if self._timer is None and self.is_attached:
            self._timer = self.set_timer(PAUSE, self._work)

    def _changed(self) -> None:
        self._lines = None
        if not self.is_attached:
            return
        if self.text_selection is not None:
            # It names lines of the screen, which now show something else.
            self.screen.clear_selection()
        self.refresh()

    def _visible(self) -> list[Line]:
        if self._lines is None:
            self._lines = self._window.lines()
            self._thumb = self._window.thumb(self._lines)
            if self._window.short:
                self._go_on_later()
        return self._lines

    # Painting.

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._restyle()

    def _restyle(self) -> None:
        """Finish every line anew when it is painted: only then the new styles are known."""
        self._styles.clear()
        self._finish = None
        self._forget()

    def _forget(self) -> None:
        self._finished.clear()
        self._title = None

    def on_resize(self) -> None:
        self._forget()
        self._window.resize(*self._room)
        self._changed()

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self.rich_style
            if name:
                style += self.get_component_rich_style(f"lines--{name}", partial=True)
            self._styles[name] = style
        return style

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._finish is None:
            self._finish = finishing(self)
        # Textual may lay out twice for one key, and then tells nobody of the size that came first.
        if (self._window.width, self._window.height) != self._room:
            self.on_resize()
        lines = self._visible()
        strips: list[Strip] = [
            self._finished_line(y - self.TITLED, lines, self._finish)
            if y >= self.TITLED
            else self._finished_title(self._finish)
            for y in crop.line_range
        ]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _finished_title(self, finish: Finish) -> Painted:
        title = self.title_line(self.content_size.width)
        if self._title is None or self._title[0] != title:
            self._title = title, finish(self._drawn_title(title))
        return self._title[1]

    def _finished_line(self, y: int, lines: list[Line], finish: Finish) -> Painted:
        """Line `y` of the window, made only when none is kept that looks the same."""
        look = self._look(y, lines)
        if self.text_selection is not None:
            return finish(self._drawn(y, look))
        strip = self._finished.get(look)
        if strip is None:
            if len(self._finished) >= KEPT:
                self._finished.clear()
            strip = self._finished[look] = finish(self._drawn(y, look))
        return strip

    def render_line(self, y: int) -> Strip:
        """The line that the mouse is on: Textual reads the offsets in it, and nothing else does."""
        if y < self.TITLED:
            return self._drawn_title(self.title_line(self.content_size.width))
        y -= self.TITLED
        return self._drawn(y, self._look(y, self._visible()), offsets=True)

    def _look(self, y: int, lines: list[Line]) -> Look:
        text = tuple(lines[y].text) if y < len(lines) else ()
        return text, None if self._thumb is None else self._thumb[0] <= y < self._thumb[1]

    def _drawn_title(self, title: list[Segment]) -> Strip:
        strip = Strip([RichSegment(piece, self._style(style)) for piece, style in title])
        return strip.adjust_cell_length(self.content_size.width, self._style(""))

    def _drawn(self, y: int, look: Look, *, offsets: bool = False) -> Strip:
        width, plain = self.content_size.width, self._style("")
        text, thumb = look
        strip = Strip([RichSegment(piece, self._style(style)) for piece, style in text])
        if text:
            strip = self._with_selection(strip, y)
            if offsets:
                strip = strip.apply_offsets(0, y)
        blank = RichSegment(" " * max(width - 2 - strip.cell_length, 0), plain)
        bar = plain if thumb is None else self._style("thumb" if thumb else "bar")
        parts = [RichSegment(" ", plain), *strip, blank, RichSegment("|" if thumb else " ", bar)]
        return Strip(parts).adjust_cell_length(width, plain)

    # The title shows whether the focus is here.

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # Mouse.

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-WHEEL)

    def _with_selection(self, strip: Strip, y: int) -> Strip:
        selection = self.text_selection
        span = selection.get_span(y) if selection is not None else None
        if span is None:
            return strip
        # Textual counts characters here, and strips count cells.
        text = strip.text
        start = cell_len(text[: span[0]])
        end = cell_len(text if span[1] < 0 else text[: span[1]])
        style = self.screen.get_component_rich_style("screen--selection")
        middle = strip.crop(start, end).apply_style(style)
        return Strip.join([strip.crop(0, start), middle, strip.crop(end, strip.cell_length)])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected part of the lines on the screen; a folded line comes out as one."""
        out: list[str] = []
        for y, line in enumerate(self._visible()):
            span = selection.get_span(y)
            if span is None:
                continue
            text = "".join(piece for piece, _ in line.text)
            goes_on = line.part > 0 or self._window.rows.continues(line.row)
            if out and not goes_on:
                out.append("\n")
            out.append(text[span[0] : len(text) if span[1] < 0 else span[1]])
        return "".join(out), "\n"
