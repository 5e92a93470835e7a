"""The footer: the keys that matter in the pane in focus, as many as fit, those that may not run greyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from stomptui.console.keys import KEYS, Key, canonical, display, in_force

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.events import Click

    from stomptui.console.view import View

SHOWN = {
    "feed": (
        *("settle.ack", "settle.nack", "feed.unsettled", "feed.find", "message.resend", "message.move"),
        *("feed.select", "subscription.add", "compose.open", "transaction.menu", "app.help"),
    ),
    "message": (
        *("settle.ack", "settle.nack", "feed.unsettled", "message.view", "message.headers", "message.resend"),
        *("message.copy", "message.save", "message.pager", "message.move", "app.help"),
    ),
    "subscriptions": (
        *("subscription.add", "subscription.remove", "message.view", "message.open", "compose.open"),
        *("transaction.menu", "feed.unsettled", "feed.find", "pane.feed", "app.help"),
    ),
    "session": (
        *("session.ping", "transaction.menu", "feed.beats", "feed.stop", "subscription.add"),
        *("compose.open", "pane.feed", "app.help"),
    ),
}
"""What the footer shows in each pane, from left to right."""

RECONNECT = "session.reconnect"
"""What stands first in every pane while there is no connection."""

FIRST = (
    *(
        RECONNECT,
        "app.help",
        "settle.ack",
        "settle.nack",
        "feed.unsettled",
        "session.ping",
        "subscription.remove",
    ),
    *("message.view", "feed.find", "message.headers", "subscription.add", "compose.open", "message.resend"),
    *("feed.beats", "feed.stop", "message.copy", "transaction.menu", "message.save", "feed.select"),
    *("message.move", "message.pager", "pane.feed", "message.open"),
)
"""What stays longest when there is no room, most wanted first."""

RECORDED = {
    "feed": (
        *("feed.unsettled", "feed.find", "feed.top", "feed.follow", "message.open", "message.view"),
        *("message.copy", "message.save", "app.help", "app.quit"),
    ),
    "message": (
        *("message.view", "message.headers", "feed.unsettled", "feed.find", "message.copy", "message.save"),
        *("message.pager", "pane.feed", "app.help", "app.quit"),
    ),
    "subscriptions": ("message.view", "message.open", "feed.find", "pane.feed", "app.help", "app.quit"),
    "session": ("feed.beats", "feed.find", "pane.feed", "app.help", "app.quit"),
}
"""The same in a recording, where nothing can be sent; what stands first stays longest, after the help."""

FIRST_IN = {"session": (RECONNECT, "app.help", *SHOWN["session"])}
"""The same for a pane in which other keys matter."""

_WORDS = {
    "feed.unsettled": "Unsettled",
    "message.resend": "Resend",
    "message.move": "Move",
    "settle.nack": "Nack",
    "message.headers": "Headers",
    "message.copy": "Copy",
    "message.save": "Write",
    "pane.feed": "Feed",
    "session.reconnect": "Reconnect",
    "feed.follow": "End",
}
"""Shorter words than the table's, where the place is clear."""


class Entry(NamedTuple):
    """One key of the footer; `width` counts its cells with the two blanks before the next."""

    key: Key
    shown: str
    words: str
    enabled: bool

    @property
    def width(self) -> int:
        return len(self.shown) + 1 + len(self.words) + 2


def entries(view: View, width: int, table: Mapping[str, Key] = KEYS) -> list[Entry]:
    """Choose the keys for the pane in focus that fit in `width` cells (one blank leads the row)."""
    names = SHOWN.get(view.pane, SHOWN["feed"])
    first = FIRST_IN.get(view.pane, FIRST)
    if view.recorded is not None:
        names = RECORDED.get(view.pane, RECORDED["feed"])
        first = ("app.help", *names)
    elif not view.alive:
        names = (RECONNECT, *names)
    chosen = {name: _entry(table[name], view) for name in names}
    room = width - 1 + 2
    kept: set[str] = set()
    for name in sorted(names, key=first.index):
        if chosen[name].width > room:
            break
        room -= chosen[name].width
        kept.add(name)
    return [chosen[name] for name in names if name in kept]


def _entry(key: Key, view: View) -> Entry:
    words = _WORDS.get(key.id, key.words)
    if view.selected and key.id in ("settle.ack", "settle.nack"):
        words = f"{words} {view.selected:,}"
    return Entry(key, display(key.keys[0]), words, key.why_not(view) is None)


class Footer(Widget):
    """One row of keys; a click on one presses it."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Footer { dock: bottom; height: 1; width: 1fr; text-wrap: nowrap; }
    """

    shown: reactive[tuple[Entry, ...]] = reactive(())

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._table: Mapping[str, Key] = KEYS
        self._keymap: object = None

    def show(self, view: View) -> None:
        """Draw the keys for `view`; costs a comparison when nothing changed."""
        self._view = view
        if self._keymap is not self.app._keymap:
            self._keymap, self._table = self.app._keymap, in_force(self.app)
        self.shown = tuple(entries(view, self.size.width or 80, self._table))

    def on_resize(self) -> None:
        if self._view is not None:
            self.show(self._view)

    def render(self) -> Content:
        parts: list[tuple[str, str]] = [(" ", "")]
        for entry in self.shown:
            parts.append((entry.shown, "$key $key-style" if entry.enabled else "$muted $muted-style"))
            parts.append((f" {entry.words}  ", "" if entry.enabled else "$muted $muted-style"))
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Press the key under the mouse."""
        left = 1
        for entry in self.shown:
            if left <= event.x < left + entry.width - 2:
                self.app.simulate_key(canonical(entry.key.keys[0]))
                return
            left += entry.width
