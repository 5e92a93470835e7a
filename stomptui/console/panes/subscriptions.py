"""The subscriptions pane: what is subscribed, how, how much of it is held, and how it comes."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive

from stomptui.console.keys import KEYS, bindings, display
from stomptui.console.widgets.destinations import DestinationTree
from stomptui.console.widgets.figures import has_blocks
from stomptui.console.widgets.ledger import LedgerList
from stomptui.console.widgets.moving import Moving
from stomptui.console.widgets.subscription_rows import awaited_rows, full, subscription_rows
from stomptui.console.widgets.title import title_rule
from stomptui.render.span import span
from stomptui.stomp.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.binding import BindingType

    from stomptui.console.again import Awaited
    from stomptui.console.view import View
    from stomptui.stomp.ledger import Unsettled

FULL = (" full: settle some, or subscribe", " again with more")
"""What to do about a subscription that holds all it may."""

ROWS = 2
"""Screen rows a subscription takes."""

RULED = 8
"""Cells of a title's rule that are neither its left nor its right part."""


class Shown(StrEnum):
    """The ways to look at what comes: by subscription, destination, rate, or by what is unsettled."""

    LIST = "list"
    TREE = "tree"
    RATE = "rate"
    LEDGER = "ledger"

    def next(self) -> Shown:
        """The way that comes next, round and round."""
        ways = list(Shown)
        return ways[(ways.index(self) + 1) % len(ways)]


def keys_words(room: int) -> str:
    """Say in the title what keys do here, as far as there is room: `s add  del end  v tree`."""
    names = ("subscription.add", "subscription.remove", "message.view")
    add, end, view = (display(KEYS[name].keys[0]) for name in names)
    ways = (f"{add} add  {end} end  {view} tree", f"{add} add  {end} end", f"{end} end")
    return next((words for words in ways if len(words) <= room), ways[-1])


def views_words(current: Shown, room: int) -> str:
    """Name the ways to look, the current one in brackets: `v: list [tree] rate`; without room, that one."""
    names = (f"[{way}]" if way is current else f" {way} " for way in Shown)
    words = f"{display(KEYS['message.view'].keys[0])}: {''.join(names)}".rstrip()
    return words if len(words) <= room else f"[{current}]"


class SubscriptionsPane(Moving, can_focus=True):
    """The list of live subscriptions, the ledger, or the tree of destinations, with a cursor."""

    DEFAULT_CSS = "SubscriptionsPane { height: 1fr; min-height: 4; }"
    BINDING_GROUP_TITLE = "Subscriptions"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("subscriptions")]

    cursor: reactive[int] = reactive(0)
    _view: View | None = None
    _shown: Content | None = None

    class CursorMoved(Message):
        """Another subscription, or destination, is under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.way = Shown.LIST
        self.blocks = has_blocks(os.environ)
        """Whether sparklines are drawn with blocks, else with digits."""
        self.destinations = DestinationTree()
        self.ledger = LedgerList()
        self.moved_to: Callable[[int], None] = lambda _: None
        """Called with the number of a message when the ledger's cursor is moved to it."""

    def show(self, view: View) -> None:
        """Draw `view`."""
        self._view = view
        if self.way is Shown.LEDGER:
            self.ledger.take(view)
        self.cursor = min(self.cursor, max(len(self.listed()) - 1, 0))
        before = self._shown
        if before is None or not self.render().is_same(before):
            self.refresh()

    def live(self) -> list[Subscription]:
        """List the subscriptions that were neither refused nor ended, in the order they were made."""
        if self._view is None or not self._view.alive:
            return []
        return [one for one in self._view.state.subscriptions.values() if not one.closed and not one.refused]

    def listed(self) -> list[Subscription | Awaited]:
        """List those that are live, then those that are not there again."""
        return [*self.live(), *(self._view.awaited if self._view is not None else ())]

    @property
    def current(self) -> Subscription | Awaited | None:
        """The subscription under the cursor; none while destinations show."""
        listed = self.listed() if self.way is Shown.LIST else []
        return listed[self.cursor] if self.cursor < len(listed) else None

    @property
    def destination(self) -> str | None:
        """The destination under the cursor; None for what only leads to some."""
        if self.way is Shown.LIST:
            return self.current.destination if self.current is not None else None
        if self.way is Shown.LEDGER:
            entry = self._entry
            return entry.destination if entry is not None else None
        node = self.destinations.node
        return node.path if node is not None and node.named else None

    # What keys ask for.

    def next_view(self) -> None:
        """Look in the next way: subscriptions, the tree of destinations, the busiest first, the ledger."""
        self.look(self.way.next())

    def look(self, way: Shown) -> None:
        """Look in one of the ways."""
        self.way = way
        self.destinations.by_rate = self.way is Shown.RATE
        self.set_class(self.way is not Shown.LIST, "-tree")
        if self.way is Shown.LEDGER and self._view is not None:
            self.ledger.take(self._view)
        self.refresh()

    def action_fold(self) -> None:
        self._turn(self.destinations.fold)

    def action_unfold(self) -> None:
        self._turn(self.destinations.unfold)

    @property
    def _entry(self) -> Unsettled | None:
        cursor = self.ledger.cursor
        return self._view.state.ledger.get(cursor) if self._view is not None and cursor is not None else None

    def _turn(self, how: Callable[[], None]) -> None:
        if self.way in (Shown.TREE, Shown.RATE):
            how()
            self._moved()

    def page(self, by: int) -> None:
        rows = max(self.size.height - 2, 1)
        self.move(by * (rows if self.way is not Shown.LIST else max(rows // ROWS, 1)))

    def move(self, by: int) -> None:
        if self.way is Shown.LIST:
            last = max(len(self.listed()) - 1, 0)
            self.cursor = min(max(self.cursor + by, 0), last)
        elif self.way is Shown.LEDGER:
            self._go_to(self.ledger.moved(by))
        else:
            self.destinations.move(by)
        self._moved()

    def _go_to(self, number: int | None) -> None:
        """Have the cursor of the ledger on a message, and the feed's with it."""
        if number is not None:
            self.ledger.cursor = number
            self.moved_to(number)

    def _moved(self) -> None:
        self.refresh()
        self.post_message(self.CursorMoved())

    def on_mouse_scroll_up(self) -> None:
        self.move(-1)

    def on_mouse_scroll_down(self) -> None:
        self.move(1)

    def on_click(self, event: Click) -> None:
        """Go to what is clicked, twice to open it; the title looks in the next way."""
        row = (event.y - 1) // ROWS
        if event.chain == 2 and event.y:  # the first click went there
            self.call_next(self.run_action, "screen.key('message.open')")
        elif event.y == 0:
            self.next_view()
        elif self.way is Shown.LEDGER:
            self._go_to(self.ledger.clicked(event.y))
            self._moved()
        elif self.way is not Shown.LIST:
            if self.destinations.click(event.y):
                self._moved()
        elif 0 <= row < len(self.listed()):
            self.cursor = row
            self._moved()

    def render(self) -> Content:
        width, height = self.size.width or 30, self.size.height or 10
        draw = {Shown.LIST: self._list, Shown.LEDGER: self._unsettled}.get(self.way, self._tree)
        lines = draw(width, height)
        self._shown = Content("\n").join(lines)
        return self._shown

    def _tree(self, width: int, height: int) -> list[Content]:
        if self._view is None:
            return []
        count = len(self._view.counts.destinations)
        left = f"Destinations {count:,}" if count else "Destinations"
        right = views_words(self.way, width - len(left) - RULED)
        title = title_rule(left, right, width, focused=self.has_focus)
        rows = self.destinations.draw(
            self._view, width - 1, height - 1, focused=self.has_focus, blocks=self.blocks
        )
        return [title, *rows]

    def _unsettled(self, width: int, height: int) -> list[Content]:
        if self._view is None:
            return []
        ledger, oldest = self._view.state.ledger, self._view.state.ledger.oldest
        left = f"Ledger {len(ledger):,}"
        left += f"  oldest {span(self._view.now - oldest.time)}" if oldest is not None else ""
        right = views_words(self.way, width - len(left) - RULED)
        title = title_rule(left, right, width, focused=self.has_focus)
        rows = self.ledger.draw(self._view, width - 1, height - 1, focused=self.has_focus)
        return [title, *rows]

    def _list(self, width: int, height: int) -> list[Content]:
        listed = self.listed()
        room = max((height - 1) // ROWS, 1)
        top = max(self.cursor - room + 1, 0)
        title = f"Subscriptions {len(listed)}" if listed else "Subscriptions"
        if len(listed) > room:
            title = f"Subscriptions {top + 1}-{min(top + room, len(listed))} of {len(listed)}"
        right = keys_words(width - len(title) - RULED) if self.has_focus else ""
        lines = [title_rule(title, right, width, focused=self.has_focus)]
        if not listed:
            recorded = self._view.recorded if self._view is not None else None
            words = "none: s subscribes" if recorded is None else recorded.instead or "none then"
            lines.append(Content.styled(f" {words}", "$muted"))
        for index, one in enumerate(listed[top : top + room], top):
            lines.extend(self._rows(one, width - 1, marked=self.has_focus and index == self.cursor))
        live = self._view is not None and self._view.recorded is None
        if live and any(map(full, self.live())) and height - len(lines) >= len(FULL):
            lines += [Content.styled(words, "$caution") for words in FULL]
        return lines

    def _rows(self, one: Subscription | Awaited, width: int, *, marked: bool) -> tuple[Content, Content]:
        assert self._view is not None
        if isinstance(one, Subscription):
            tally = self._view.counts.subscriptions.get(one.id)
            now = self._view.now
            rule = self._view.rules.get(one.id)
            return subscription_rows(
                one, tally, now, width, under_cursor=marked, blocks=self.blocks, rule=rule
            )
        return awaited_rows(one, width, online=self._view.alive, under_cursor=marked)
