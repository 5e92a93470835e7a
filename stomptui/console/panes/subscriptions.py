"""The subscriptions pane: what is subscribed, how, how much of it is held, and how fast it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from stomptui.console.keys import KEYS, bindings, display
from stomptui.console.widgets.title import title_rule
from stomptui.render.text import printable
from stomptui.stomp.subscription import Subscription

if TYPE_CHECKING:
    from textual.binding import BindingType

    from stomptui.console.again import Awaited
    from stomptui.console.view import View

FULL = (" full: settle some, or subscribe", " again with more")
"""What to do about a subscription that holds all it may."""

ROWS = 2
"""Screen rows a subscription takes."""

RULED = 8
"""Cells of a title's rule that are neither its left nor its right part."""


def subscription_rows(
    subscription: Subscription, rate: float, width: int, *, under_cursor: bool
) -> tuple[Content, Content]:
    """Draw one subscription in two rows: where and how many are unsettled; how, held of prefetch, rate."""
    held = f"{subscription.unsettled}*" if subscription.unsettled else ""
    first = _where(subscription.destination, held, width, under_cursor=under_cursor)
    details = f"   {_mode(subscription)}"
    speed = f"{rate:.0f}/s" if rate >= 9.95 else f"{rate:.1f}/s"
    space = max(width - len(details) - len(speed), 1)
    if subscription.confirmed is None:
        details, speed, space = "   asked, not confirmed yet", "", 0
    second = Content.assemble(
        (details, "$caution" if full(subscription) else "$muted"), (" " * space + speed, "$muted")
    )
    return first, second


def awaited_rows(
    awaited: Awaited, width: int, *, online: bool, under_cursor: bool
) -> tuple[Content, Content]:
    """Draw one that is not there again: lost and to be made again, or refused in the broker's words."""
    first = _where(awaited.destination, "", width, under_cursor=under_cursor)
    if awaited.refused:
        words = f"   refused: {printable(awaited.refused)}"
        cut = words if len(words) <= width else f"{words[: width - 1]}~"
        return first, Content.styled(cut, "$bad $bad-style")
    words = "being made again" if online else "lost, to be made again"
    return first, Content.styled(f"   {words}", "$caution")


def _where(destination: str, held: str, width: int, *, under_cursor: bool) -> Content:
    mark = ">" if under_cursor else " "
    room = max(width - 2 - len(held), 4)
    shown = printable(destination)
    if len(shown) > room:
        shown = "~" + shown[-(room - 1) :]
    return Content.assemble(
        (mark, "bold $title-focus"),
        (shown.ljust(room), "bold" if under_cursor else ""),
        (" ", ""),
        (held, "bold $unsettled"),
    )


def _mode(subscription: Subscription) -> str:
    mode = str(subscription.mode)
    if mode == "auto":
        return "auto"
    short = "client-indiv" if mode == "client-individual" else mode
    if subscription.prefetch is None:
        return f"{short} {subscription.unsettled} held"
    mark = " full" if full(subscription) else ""
    return f"{short} {subscription.unsettled}/{subscription.prefetch}{mark}"


def full(subscription: Subscription) -> bool:
    """Whether the broker sends no more until some are settled."""
    return subscription.prefetch is not None and subscription.unsettled >= subscription.prefetch


def keys_words(room: int) -> str:
    """Say in the title how subscriptions are added and ended, as far as there is room: `s add  del end`."""
    add, end = (display(KEYS[name].keys[0]) for name in ("subscription.add", "subscription.remove"))
    both = f"{add} add  {end} end"
    return both if len(both) <= room else f"{end} end"


class SubscriptionsPane(Widget, can_focus=True):
    """The list of live subscriptions, with a cursor."""

    DEFAULT_CSS = "SubscriptionsPane { height: 1fr; min-height: 4; }"
    BINDING_GROUP_TITLE = "Subscriptions"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("subscriptions")]

    cursor: reactive[int] = reactive(0)
    _view: View | None = None
    _shown: Content | None = None

    class CursorMoved(Message):
        """Another subscription is under the cursor."""

    def show(self, view: View) -> None:
        """Draw `view`."""
        self._view = view
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
        """The subscription under the cursor."""
        listed = self.listed()
        return listed[self.cursor] if self.cursor < len(listed) else None

    def action_up(self) -> None:
        self._move(-1)

    def action_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        last = max(len(self.listed()) - 1, 0)
        self.cursor = min(max(self.cursor + by, 0), last)
        self.post_message(self.CursorMoved())

    def on_click(self, event: Click) -> None:
        row = (event.y - 1) // ROWS
        if 0 <= row < len(self.listed()):
            self.cursor = row
            self.post_message(self.CursorMoved())

    def render(self) -> Content:
        width, height = self.size.width or 30, self.size.height or 10
        listed = self.listed()
        room = max((height - 1) // ROWS, 1)
        top = max(self.cursor - room + 1, 0)
        title = f"Subscriptions {len(listed)}" if listed else "Subscriptions"
        if len(listed) > room:
            title = f"Subscriptions {top + 1}-{min(top + room, len(listed))} of {len(listed)}"
        right = keys_words(width - len(title) - RULED) if self.has_focus else ""
        lines = [title_rule(title, right, width, focused=self.has_focus)]
        if not listed:
            lines.append(Content.styled(" none: s subscribes", "$muted"))
        for index, one in enumerate(listed[top : top + room], top):
            lines.extend(self._rows(one, width - 1, marked=self.has_focus and index == self.cursor))
        if any(map(full, self.live())) and height - len(lines) >= len(FULL):
            lines += [Content.styled(words, "$caution") for words in FULL]
        self._shown = Content("\n").join(lines)
        return self._shown

    def _rows(self, one: Subscription | Awaited, width: int, *, marked: bool) -> tuple[Content, Content]:
        assert self._view is not None
        if isinstance(one, Subscription):
            rate = self._view.rates.get(one.id, 0.0)
            return subscription_rows(one, rate, width, under_cursor=marked)
        return awaited_rows(one, width, online=self._view.alive, under_cursor=marked)
