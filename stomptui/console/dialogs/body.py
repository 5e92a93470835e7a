"""The body of a draft: edited as text where that is safe and exact, otherwise an attachment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from stomptui.console.dialogs.draft import editable
from stomptui.console.dialogs.entry import Block
from stomptui.render.body import Kind, kind_of
from stomptui.render.hexdump import HexRows
from stomptui.render.text import printable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

SHOWN = 4096
"""Octets of an attachment that are looked at to show its beginning."""
SUFFIXES = {Kind.JSON: ".json", Kind.XML: ".xml", Kind.BINARY: ".bin"}


class Attachment(Widget, can_focus=True):
    """A body that is sent as is: its size, its kind, how it begins."""

    DEFAULT_CSS = """
    Attachment { height: 1fr; padding: 0 1; }
    Attachment:focus { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("delete", "empty", "Empty", show=False)]

    octets: bytes = b""

    class Emptied(Message):
        """The engineer wants an empty body instead."""

    def show(self, octets: bytes) -> None:
        self.octets = octets
        self.refresh()

    def action_empty(self) -> None:
        self.post_message(self.Emptied())

    def render(self) -> Content:
        kind = kind_of(self.octets)
        return Content.assemble(
            f"sent as is, {len(self.octets):,} B {kind}",
            ("  (Editor, File, or del to empty)\n", "$muted $muted-style"),
            (self._beginning(kind), "$muted $muted-style"),
        )

    def _beginning(self, kind: Kind) -> str:
        """The first of it, as many rows as there is room for."""
        head, rows = self.octets[:SHOWN], max(self.size.height - 1, 1)
        if kind is not Kind.BINARY:
            return printable(head, keep_newlines=True)
        dump = HexRows(head, self.size.width)
        return "\n".join("".join(text for text, _ in dump[row]) for row in range(min(rows, len(dump))))


class BodyField(Vertical):
    """Holds the octets of a body; `body` is always exactly what would be sent."""

    DEFAULT_CSS = """
    BodyField { height: 1fr; min-height: 3; }
    BodyField #body { height: 1fr; }
    """

    class Changed(Message):
        """The body is another one, or was typed in."""

    def __init__(self, body: bytes, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._octets = body
        self._text = editable(body)

    def compose(self) -> ComposeResult:
        yield Block(self._text or "", id="body", placeholder="empty")
        yield Attachment(id="attachment")

    def on_mount(self) -> None:
        self.load(self._octets)

    @property
    def attached(self) -> bool:
        """Whether the body is an attachment."""
        return self._text is None

    @property
    def body(self) -> bytes:
        """The body as it would be sent."""
        if self._text is None:
            return self._octets
        text = self.query_one(Block).text
        return self._octets if text == self._text else text.encode()

    def load(self, octets: bytes) -> None:
        """Take another body."""
        focused = self.has_focus_within
        self._octets = octets
        self._text = editable(octets)
        block, attachment = self.query_one(Block), self.query_one(Attachment)
        if self._text is not None:
            block.text = self._text
        attachment.show(octets)
        block.display, attachment.display = not self.attached, self.attached
        if focused:
            self.focus_field()
        self.post_message(self.Changed())

    def focus_field(self) -> None:
        """Focus whichever shows the body."""
        (self.query_one(Attachment) if self.attached else self.query_one(Block)).focus()

    def told(self) -> str:
        """Say what the body is: size, kind, and whether JSON can be read."""
        body = self.body
        kind = kind_of(body)
        words = f"{len(body):,} B"
        if kind in (Kind.EMPTY, Kind.TEXT):
            return words if body else "empty"
        if kind is not Kind.JSON or self.attached:
            return f"{words} {kind}"
        try:
            json.loads(body)
        except ValueError as error:
            line = getattr(error, "lineno", 1)
            return f"{words} JSON broken in line {line}: {getattr(error, 'msg', 'not UTF-8')}"
        except RecursionError:
            return f"{words} JSON, nested too deep to check"
        return f"{words} JSON ok"

    @property
    def suffix(self) -> str:
        """What a file with this body may be called: editors colour by it."""
        return SUFFIXES.get(kind_of(self.body), ".txt")

    def on_text_area_changed(self) -> None:
        self.post_message(self.Changed())

    def on_attachment_emptied(self) -> None:
        self.load(b"")
        self.focus_field()
