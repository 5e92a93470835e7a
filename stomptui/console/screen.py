"""The main screen: where the panes are, what has the focus, which record a key means."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from stomptui import brokers
from stomptui.console import places, reading
from stomptui.console.collecting import Collecting
from stomptui.console.endings import Endings
from stomptui.console.flows import ledger, wire
from stomptui.console.flows.export import Exports
from stomptui.console.flows.plan import number_words
from stomptui.console.keys import KEYS, bindings
from stomptui.console.panes.feed import FeedPane
from stomptui.console.panes.message import MessagePane
from stomptui.console.panes.session import SessionPane
from stomptui.console.panes.status import StatusRow
from stomptui.console.panes.subscriptions import SubscriptionsPane
from stomptui.console.panes.wire import WirePane
from stomptui.console.panes.workbench import WorkbenchPane
from stomptui.console.reasons import connected
from stomptui.console.routes import ROUTES
from stomptui.console.ruling import Ruling
from stomptui.console.scans import Scans
from stomptui.console.view import Current, View
from stomptui.console.widgets.feed import Feed
from stomptui.console.widgets.filtered import filtered
from stomptui.console.widgets.footer import Footer
from stomptui.console.widgets.notice import Notice
from stomptui.render.body import size

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import DescendantFocus
    from textual.geometry import Size
    from textual.screen import ModalScreen

    from stomptui.brokers import Words
    from stomptui.capture.store import Capture, Record
    from stomptui.console.app import ConsoleApp
    from stomptui.console.dialogs.draft import ComposeDraft
    from stomptui.net.client import Client
    from stomptui.stomp.state import State

Result = TypeVar("Result")

SLOW = 0.25
"""Seconds between two looks at everything but the frames themselves, unless a key was pressed."""


class MainScreen(Screen[None]):
    """Feed, message, and beside them subscriptions over session."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("main")]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  (declared by Textual)
        (0, "-narrow"),
        (100, "-wide"),
        (160, "-broad"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012  (declared by Textual)

    def __init__(self, capture: Capture, columns: Sequence[str] = ()) -> None:
        super().__init__()
        self.capture = capture
        self.columns = columns
        self.draft: ComposeDraft | None = None
        self.exports = Exports()
        self.searched = ""
        self.scans = Scans()
        self.collecting = Collecting()
        self.ruling = Ruling()
        self.endings = Endings()
        self._slow_at = float("-inf")
        self.pane = "feed"
        """The pane in focus, or about to be: Textual gives the focus a little later."""
        self._told_of: int | None = None
        self._told_on = 0
        self._offline = ""
        """What the message row was told of a connection that there is none of."""
        self._asked: ModalScreen[Any] | None = None

    def compose(self) -> ComposeResult:
        yield StatusRow(markup=False)
        with Horizontal(id="body"):
            with Vertical(id="side"):
                yield SubscriptionsPane()
                yield SessionPane()
                yield WorkbenchPane()
            with Vertical(id="work"):
                yield FeedPane(self.capture, extra_columns=self.columns)
                yield MessagePane(partial(reading.whole, self.capture))
                yield WirePane(self.capture)
        yield Notice(markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self.feed.sign = partial(self.collecting.sign, self.capture)
        self.wire.moved = partial(wire.moved, self)
        self.subscriptions.moved_to = partial(ledger.moved, self)
        self.feed.focus()

    def _screen_resized(self, size: Size) -> None:
        # Textual lays out what is beneath a dialog, too, when that hears of its size.
        if size != self._size:
            super()._screen_resized(size)

    # What the flows and routes read.

    @property
    def console(self) -> ConsoleApp:
        return cast("ConsoleApp", self.app)

    @property
    def client(self) -> Client:
        return self.console.client

    @property
    def state(self) -> State:
        """That of the connection; in a recording, as it was then."""
        past = self.console.past
        return self.client.state if past is None else past.state

    @property
    def words(self) -> Words:
        return brokers.words(self.state.dialect)

    @property
    def feed(self) -> Feed:
        return self.query_one(Feed)

    @property
    def message(self) -> MessagePane:
        return self.query_one(MessagePane)

    @property
    def wire(self) -> WirePane:
        """What is in the place of the message while it is `on`."""
        return self.query_one(WirePane)

    @property
    def workbench(self) -> WorkbenchPane:
        """What is in the place of the session while it is `on`."""
        return self.query_one(WorkbenchPane)

    @property
    def subscriptions(self) -> SubscriptionsPane:
        return self.query_one(SubscriptionsPane)

    @property
    def record(self) -> Record | None:
        """The record that keys about a message mean: under the cursor, or the newest while following.

        Of a large body it may have just the beginning: see `whole`.
        """
        feed = self.feed
        at = feed.cursor if feed.cursor is not None else feed.newest
        return None if at is None else self.capture.brief(at)

    async def whole(self, record: Record) -> Record | None:
        """`record` with all its octets; None, after saying why, when they are not to be had."""
        shown = self.message.record
        if not record.left:
            return record
        if shown is not None and shown.id == record.id and not shown.left:
            return record._replace(frame=shown.frame, raw=shown.raw, left=0)
        what = f"{size(len(record.raw) + record.left)} of {number_words(record.number)}"
        self.say(f"Reading {what} ...")
        try:
            return await reading.whole(self.capture, record)
        except reading.CannotRead as error:
            self.say(f"{what} are not to be had: {error}.", "error")
            return None

    @property
    def typing(self) -> bool:
        """Whether there is a dialog, under another perhaps, into which something may have been typed."""
        return any(dialog.query("Input, TextArea") for dialog in self.app.screen_stack)

    def now(self) -> float:
        return time.monotonic()

    def gone(self, state: State) -> bool:
        """Whether the connection of `state`, for which something was asked, has ended; says so if it has."""
        if self.console.outage is None and self.client.state is state:
            return False
        ended = f"connection {state.connection} has ended, and what was asked was about that"
        self.say(f"Nothing was sent: {ended}.", "warning")
        return True

    @property
    def offline(self) -> str | None:
        """Why nothing can be sent now, None while there is a connection."""
        return connected(self.console.view(self.now()))

    # What the app and the flows tell it.

    def look(self, view: View) -> View:
        """Add where the engineer is looking to `view`."""
        feed = self.feed
        record = self.capture.brief(feed.cursor) if feed.cursor is not None else None
        current = None
        if record is not None:
            command = record.frame.command if record.frame is not None else ""
            current = Current(
                record.id,
                record.connection,
                record.number,
                command,
                record.settlement,
                record.to_broker,
                feed.cursor_in_view,
                record.frame.first("subscription") if record.frame is not None else None,
            )
        subscription = self.subscriptions.current
        return replace(
            view,
            current=current,
            following=feed.following,
            selected=len(feed.selection),
            found=bool(self.searched),
            pane=self.pane,
            subscription=subscription.id if subscription is not None else None,
            destination=self.subscriptions.destination,
            beats=feed.beats,
            endings=self.endings.last,
            collecting=self.collecting.on,
            collected=len(self.collecting.collected),
            rules=self.ruling.progress,
            filtered=filtered(feed),
        )

    @property
    def _laid_out(self) -> bool:
        return self.feed.size.width > 0

    def draw(self, now: float) -> bool:
        """Draw what arrived, and what is said about it; False while the latter is still to be done."""
        self.feed.refresh_rows()
        self._show_record()
        self._tell_of_collected(now)
        # Counts and ages change with every look: four a second are enough, and spare half of a tick.
        if now - self._slow_at < SLOW:
            return False
        self._slow_at = now
        view = self.console.view(now)
        self.query_one(FeedPane).show(view)
        self.query_one(Footer).show(view)
        self.query_one(StatusRow).show(view)
        self.subscriptions.show(view)
        (self.workbench if self.workbench.on else self.query_one(SessionPane)).show(view)
        self._keep_true(view)
        return True

    def _tell_of_collected(self, now: float) -> None:
        """Say what left the collection by itself."""
        told = self.collecting.told(now)
        if told is not None:
            words, void = told
            self.console.toast(words, "Collection", "warning")
            if void:
                self.say(words, "warning")

    def _show_record(self) -> None:
        if self.wire.on:
            wire.keep(self)
            return
        record, lives = self.record, None
        if record is not None and self.console.past is None:
            lives = self.console.outage is None and self.client.state.connection == record.connection
        self.message.show(record, self.words, lives=lives)

    def _keep_true(self, view: View) -> None:
        """Renew what the message row says of the connection, and of the message under the cursor."""
        notice = self.query_one(Notice)
        if self._offline and self._offline == notice.said:
            self._offline = connected(view) or ""
            self.say(self._offline, "warning")
        elif notice.about_cursor and view.over(self._told_on):
            self.say("")

    def on_feed_cursor_moved(self) -> None:
        """Show the record under the cursor at once, not at the next tick."""
        if not self.console.is_running:
            return  # It moved just before the end: the panes are gone.
        self._show_record()
        if self.query_one(Notice).about_cursor and self.feed.cursor != self._told_of:
            self.say("")
        self.touch()

    def say(self, words: str, severity: str = "information", *, about_cursor: bool = False) -> None:
        """Put `words` into the message row; those about the cursor go when it moves."""
        self.query_one(Notice).say(words, severity, about_cursor=about_cursor)

    def say_here(self, words: str) -> None:
        """Put words about the record under the cursor into the message row, until the cursor moves on."""
        self._told_of, self._told_on = self.feed.cursor, self.state.connection
        self.say(words, about_cursor=True)

    def touch(self) -> None:
        """Have the next tick draw everything."""
        self._slow_at = float("-inf")
        self.console.touch()

    def settled(self) -> None:
        """Go on to the next unsettled message after a settling, and drop the selection it used."""
        self.feed.clear_selection()
        if self.feed.cursor is not None:
            following = self.feed.unsettled_near(self.feed.cursor)
            if following is not None:
                self.feed.go_to(following)
        self.touch()

    def flow(self, steps: Coroutine[object, object, None], name: str = "") -> None:
        """Run `steps` beside the screen; a named flow ends the one of the same name before it."""
        self.console.keys_ahead.hold()
        self.run_worker(self._run(steps), group=name or "flow", exclusive=bool(name))

    async def _run(self, steps: Coroutine[object, object, None]) -> None:
        self._let_keys_through()
        await steps

    def _let_keys_through(self) -> None:
        """Let keys come again once the step that runs now has ended, unless it opens a dialog."""
        asyncio.get_running_loop().call_soon(self._release_keys)

    def _release_keys(self) -> None:
        if self._asked is None:
            self.console.keys_ahead.release()

    def hold_keys(self) -> None:
        """Keep what is typed now until the next frame is drawn."""
        self.console.keys_ahead.hold()
        self.call_after_refresh(self._release_keys)

    async def ask_for(self, dialog: ModalScreen[Result]) -> Result | None:
        """Open `dialog` over the screen and await its result, None when it was left.

        Keys typed ahead wait until the dialog has the focus, and again until what its result leads to.
        """
        keys = self.console.keys_ahead
        answer: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()
        self._asked = dialog
        keys.hold()
        pushed = self.app.push_screen(dialog, answer.set_result)
        self._repaint_required = False  # it is as it was, and the dialog shows it
        await pushed
        dialog.call_after_refresh(keys.release)
        try:
            return await answer
        finally:
            self._asked = None
            self._let_keys_through()

    def asked(self, dialog: Screen[object]) -> bool:
        """Say whether a flow waits for `dialog`."""
        return dialog is self._asked

    # Keys.

    def action_key(self, key: str) -> None:
        """Do what the row `key` of the table says, or say why it cannot be done now."""
        row = KEYS[key]
        view = self.console.view(self.now())
        reason = row.why_not(view)
        if reason is not None:
            self._offline = reason if reason == connected(view) else ""
            self.say(reason, "warning")
            return
        ROUTES[key](self)
        self.touch()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Follow the focus where the mouse has put it."""
        for name, widget in places.panes(self).items():
            if event.widget is widget or widget in event.widget.ancestors:
                self.pane = name
        if not self._laid_out:
            return  # what is drawn before the first layout is drawn for no width, and stays so for a while
        self._slow_at = float("-inf")
        self.draw(self.now())  # with the focus, not a tick later
