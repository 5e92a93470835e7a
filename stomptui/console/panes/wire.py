"""The wire pane: the octets of both directions, frame after frame, and what departs from the version."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from stomptui.console.keys import bindings
from stomptui.console.widgets.lines import LinesView
from stomptui.console.widgets.reel import Reel
from stomptui.console.widgets.sheets import Sheets
from stomptui.console.widgets.title import title_parts
from stomptui.console.widgets.wire_words import sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.binding import BindingType

    from stomptui.capture.store import Capture
    from stomptui.render.rows import Segment

FACTS_KEPT = 512
"""Records of which it is known what a title says of them."""


class Fact(NamedTuple):
    """What the title says of a record."""

    number: int
    connection: int
    version: str | None
    marks: int


class WirePane(LinesView):
    """Shows every record of `capture` as it was on the wire, heart-beats included, whatever the feed shows.

    It is in the place of the message pane while it is `on`. The frame at the top is `current`; `moved` is
    called with its id whenever somebody moves here, with None when the newest is followed.
    """

    BINDING_GROUP_TITLE = "Wire"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("message")]
    TITLED = True

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self.on = False
        self.hexadecimal = False
        self.led: int | None = None
        """Where the feed's cursor went since somebody moved here."""
        self.from_pane = "feed"
        """The pane that was in focus before."""
        self.moved: Callable[[int | None], None] = lambda _: None
        self._capture = capture
        self._facts: dict[int, Fact] = {}
        self._looked_at = (0, 0)
        self._window: Reel = Reel(capture.rows(beats=True), self._sheets)

    @property
    def current(self) -> int | None:
        """The record at the top; None while the newest is followed, or there is none."""
        place = self._window.place
        return None if place is None or self._window.follows else place.id

    @property
    def following(self) -> bool:
        return self._window.follows

    def go_to(self, id_: int | None) -> None:
        """Show a record from its first line on, or follow what arrives."""
        if id_ is None:
            self._window.follow()
        else:
            self._window.go_to(id_)
        self._changed()

    def look(self) -> None:
        """Show what arrived, where it is in view, and no more what was dropped."""
        capture, before = self._capture, self._looked_at
        self._looked_at = (capture.last_id, capture.version)
        if self._looked_at == before:
            return
        if self._window.follows or self._window.ended or capture.version != before[1]:
            self._window.look()
            self._changed()

    # Moving: keys, and the mouse wheel.

    def move(self, by: int) -> None:
        self._window.move(by)
        self._moved()

    def home(self) -> None:
        self._window.first()
        self._moved()

    def end(self) -> None:
        self._window.follow()
        self._moved()

    def _moved(self) -> None:
        self._changed()
        self.moved(self.current)

    def next_view(self) -> None:
        """Look at octets as they read, or as a hexdump."""
        self.hexadecimal = not self.hexadecimal
        self._window.forget()
        if self._window.follows:
            self._window.look()
        self._changed()

    # What it is made of.

    def _sheets(self, id_: int) -> Sheets:
        record = self._capture.brief(id_)
        if record is None:  # dropped just now
            return Sheets(memoryview(b""), self._window.width)
        version, escapes = self._capture.protocol(id_)
        made = sheets(record, version, self._window.width, escapes_1_0=escapes, hexadecimal=self.hexadecimal)
        if len(self._facts) >= FACTS_KEPT:
            self._facts.clear()
        self._facts[id_] = Fact(record.number, record.connection, version, len(made.marks))
        return made

    # The title.

    def title_line(self, width: int) -> list[Segment]:
        self._visible()
        facts = [fact for id_ in self._window.shown if (fact := self._facts.get(id_)) is not None]
        view = "v:  wire [hex]" if self.hexadecimal else "v: [wire] hex"
        return title_parts(title(facts), view, width, focused=self.has_focus)

    def on_click(self, event: events.Click) -> None:
        """A click on the title looks in the next way."""
        if event.y == 0:
            self.next_view()


def title(facts: list[Fact]) -> str:
    """Say what is in view: `Wire  00409-00414  connection 1  STOMP 1.2  ! 3`."""
    numbers = [fact.number for fact in facts if fact.number]
    parts = ["Wire"]
    if numbers:
        first, last = f"{numbers[0]:05d}", f"{numbers[-1]:05d}"
        parts.append(first if first == last else f"{first}-{last}")
    if facts:
        parts.append(f"connection {facts[0].connection}")
    version = next((fact.version for fact in facts if fact.version), None)
    if version is not None:
        parts.append(f"STOMP {version}")
    if marks := sum(fact.marks for fact in facts):
        parts.append(f"! {marks}")
    return "  ".join(parts)
