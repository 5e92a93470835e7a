"""Ask for a filter expression; a mistake is shown where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.row import Row
from stomptui.console.widgets.complete import Completing, choices, completed
from stomptui.render.text import printable

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from stomptui.capture.filter.expression import Filter

HINT = (
    "headers by name, \"odd-name\", body.a.b in JSON, text in 'single quotes'; "
    "tab completes, up: earlier ones, empty: all frames"
)


class Mistake(Exception):
    """An expression cannot be used: `words` about `start` to `stop`, offsets into its text."""

    def __init__(self, words: str, start: int, stop: int) -> None:
        super().__init__(words)
        self.words = words
        self.start = start
        self.stop = stop


class Asked(NamedTuple):
    """What was typed, and the filter that it is; None for an empty line."""

    text: str
    filter: Filter | None


class FilterLine(Line):
    """The line: tab completes, up and down go through what was typed before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False),
        Binding("up", "recall(-1)", "Earlier", show=False),
        Binding("down", "recall(1)", "Later", show=False),
    ]

    def __init__(self, value: str, earlier: Sequence[str], saved: Mapping[str, str]) -> None:
        super().__init__(value, placeholder="for example type = 'refund' AND body.total > 100")
        self._saved = tuple(saved)
        self._lines = [*(self._safe(line) for line in earlier), self.value]
        self._at = len(self._lines) - 1
        self.suggester = Completing(choices((), self._saved))

    def know(self, headers: Sequence[str]) -> None:
        """Complete these names too."""
        self.suggester = Completing(choices(headers, self._saved))

    def put(self, text: str) -> None:
        """Have `text`, made safe, in the line."""
        self.value = self._safe(text)

    def action_complete(self) -> None:
        """Complete the last word, whatever it takes before it."""
        assert isinstance(self.suggester, Completing)
        whole = completed(self.value, self.suggester.written) if self.cursor_at_end else None
        if whole is not None:
            self.value = whole
            self.action_end()

    def action_recall(self, by: int) -> None:
        """Take what was typed before, or after that; what is typed now is kept as the last."""
        self._lines[self._at] = self.value
        at = max(0, min(self._at + by, len(self._lines) - 1))
        if at != self._at:
            self._at = at
            self.value = self._lines[at]
            self.action_end()


def meant(text: str, saved: Mapping[str, str]) -> str:
    """The expression that was typed, or that of the saved filter it names; raises Mistake where none is."""
    typed = text.strip()
    if not typed.startswith("@"):
        return text
    name = typed.removeprefix("@")
    if name not in saved:
        known = ", ".join(f"@{one}" for one in saved) or "none: see [filters] in the settings"
        raise Mistake(f"no filter is saved as {typed}; there are {known}", text.index("@"), len(text))
    return saved[name]


def pointed(line: Line, hint: Static, error: Mistake) -> Content:
    """What `hint`, under `line`, says of a mistake that the cursor is on: carets, and words under those."""
    at = max(line.cursor_screen_offset.x - hint.content_region.x, 0)
    cells = cell_len(line.value[error.start : error.stop])
    carets = " " * at + "^" * max(1, min(cells, hint.content_region.width - at))
    return Content(f"{carets}\n{printable(error.words)}")


class FilterRow(Row[Asked]):
    """`f expression`, enter; None when it was left."""

    DEFAULT_CSS = """
    FilterRow #ask { height: 1; }
    FilterRow #ask > Static { width: auto; }
    FilterRow #hint { height: auto; color: $muted; text-style: $muted-style; }
    FilterRow #hint.-problem { color: $caution; text-style: bold; }
    """

    def __init__(
        self,
        value: str,
        compiled: Callable[[str], Awaitable[Filter]],
        names: Future[list[str]],
        earlier: Sequence[str] = (),
        saved: Mapping[str, str] | None = None,
    ) -> None:
        """`compiled` raises Mistake; `names` will be headers to complete; `saved` are filters by name."""
        super().__init__()
        self._value = value
        self._compiled = compiled
        self._names = names
        self._earlier = earlier
        self._saved = saved or {}
        self._problem = ""
        self._reading = False

    def compose(self) -> ComposeResult:
        with Vertical(id="row"):
            with Horizontal(id="ask"):
                yield Static(Content.styled("f ", "$key $key-style"))
                yield FilterLine(self._value, self._earlier, self._saved)
            yield Static(Content(HINT), id="hint")

    @property
    def line(self) -> FilterLine:
        return self.query_one(FilterLine)

    def on_mount(self) -> None:
        self.line.action_end()
        self.run_worker(self._know())

    async def _know(self) -> None:
        self.line.know(await self._names)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value != self._problem:
            self._problem = ""
            self._say(Content(HINT))

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        if not self._reading:  # enter pressed twice
            self._reading = True
            self.run_worker(self._read(event.value))

    async def _read(self, value: str) -> None:
        submitted = value
        try:
            if not value.strip():
                self.dismiss(Asked("", None))
            else:
                value = meant(value, self._saved)
                self.dismiss(Asked(value.strip(), await self._compiled(value)))
        except Mistake as error:
            if self.is_attached and self.line.value == submitted:  # else somebody types on already
                self._show(value, error)
        finally:
            self._reading = False

    def _show(self, value: str, error: Mistake) -> None:
        """Put the cursor on the mistake, a line of carets under it, and words under those."""
        line = self.line
        if line.value != value:  # a saved one
            line.put(value)
        self._problem = line.value
        line.cursor_position = min(error.start, len(line.value))
        self.call_after_refresh(self._point, error)

    def _point(self, error: Mistake) -> None:
        if not self.is_attached:
            return
        self._say(pointed(self.line, self.query_one("#hint", Static), error), problem=True)

    def _say(self, words: Content, *, problem: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(problem, "-problem")
        hint.update(words)
