"""The workbench: open transactions, what is staged in each, which one new frames join, how the last ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from stomptui.console.keys import KEYS, bindings, display
from stomptui.console.widgets.moving import Moving
from stomptui.console.widgets.title import title_rule
from stomptui.console.widgets.workbench import Workbench
from stomptui.render.text import printable

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.events import Click

    from stomptui.console.view import View

RULED = 8
"""Cells of a title's rule that are neither its left nor its right part."""


class WorkbenchPane(Moving, can_focus=True):
    """It is in the place of the session pane while it is `on`."""

    BINDING_GROUP_TITLE = "Transactions"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("workbench"), *bindings("session")]

    _view: View | None = None
    _shown: Content | None = None

    def __init__(self) -> None:
        super().__init__()
        self.on = False
        self.from_pane = "feed"
        """The pane that was in focus before."""
        self.bench = Workbench()

    @property
    def transaction(self) -> str | None:
        """The transaction in which the cursor is; None while the pane is not shown."""
        return self.bench.cursor.name if self.on and self.bench.cursor is not None else None

    def show(self, view: View) -> None:
        """Draw `view`."""
        self._view = view
        self.bench.take(view)
        before = self._shown
        if before is None or not self.render().is_same(before):
            self.refresh()

    def on_mouse_scroll_up(self) -> None:
        self.move(-1)

    def on_mouse_scroll_down(self) -> None:
        self.move(1)

    def on_click(self, event: Click) -> None:
        """Go to what is clicked, twice to open it; the title goes back to the session."""
        if event.y == 0:
            self.call_next(self.run_action, "screen.key('transaction.workbench')")
        elif event.chain == 2:
            self.call_next(self.run_action, "screen.key('message.open')")
        elif self.bench.click(event.y):
            self.refresh()

    def move(self, by: int) -> None:
        self.bench.move(by)
        self.refresh()

    def page(self, by: int) -> None:
        self.move(by * max(self.size.height - 2, 1))

    def render(self) -> Content:
        width, height = self.size.width or 30, self.size.height or 10
        if self._view is None:
            return Content()
        state = self._view.state
        left = f"Transactions {len(state.transactions)}" if state.transactions else "Transactions"
        right = self._joins(self._view, width - len(left) - RULED)
        title = title_rule(left, right, width, focused=self.has_focus, leads=("transaction.workbench", ""))
        rows = self.bench.draw(self._view, width - 1, height - 1, focused=self.has_focus)
        self._shown = Content("\n").join([title, *rows])
        return self._shown

    def _joins(self, view: View, room: int) -> str:
        """Say what new frames join, and the key that changes it."""
        if not view.state.transactions or view.recorded is not None:
            return ""
        key = display(KEYS["transaction.join_next"].keys[0])
        joined = printable(view.state.joined) if view.state.joined is not None else "outside"
        ways = (f"{key}: new frames {'join ' * (joined != 'outside')}{joined}", f"{key}: {joined}")
        return next((words for words in ways if len(words) <= room), ways[-1][:room])
