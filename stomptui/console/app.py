"""The console: it routes what happened to the capture and to the panes, and keys to the client."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.events import InputEvent, Key, Paste

from stomptui import brokers
from stomptui.capture.counts import Counts
from stomptui.capture.record import Origin
from stomptui.capture.store import Capture
from stomptui.console import collector, themes
from stomptui.console.again import Again
from stomptui.console.dialogs.asking import Asking
from stomptui.console.dialogs.confirm import QuitQuestion
from stomptui.console.driver import ConsoleDriver
from stomptui.console.guard import Lock
from stomptui.console.keys import bindings, display, in_force
from stomptui.console.offered import offered
from stomptui.console.past import Past
from stomptui.console.screen import MainScreen
from stomptui.console.trouble import Trouble
from stomptui.console.typeahead import Handled, KeysAhead
from stomptui.console.unasked import UNASKED, Unasked
from stomptui.console.view import View
from stomptui.net.explain import broker_words
from stomptui.render.text import printable
from stomptui.stomp.events import Closed, Connected, GivenUp, NotSubscribed, Rejected, Retrying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.await_complete import AwaitComplete
    from textual.events import Event as TextualEvent
    from textual.screen import Screen

    from stomptui.commands.login import Login
    from stomptui.console.outage import Outage
    from stomptui.console.settings import Settings
    from stomptui.net.client import Client
    from stomptui.net.subscription import Wanted
    from stomptui.stomp.events import Event

TICK = 1 / 20
"""Seconds between two looks at what arrived: live to the eye, and a fifth of a core at any rate."""
STILL = 0.5
"""Seconds after which ages and beats are drawn again though nothing arrived."""
LEISURE = 2.0
"""Seconds without a key or the mouse after which what arrives may take most of the loop's time."""
TURNS = (Connected, Retrying, GivenUp)
"""What a try to connect leads to."""


class ConsoleApp(App[None]):
    """One STOMP connection, and those that are made in its place, on one screen; or a recording of some."""

    TITLE = "stomptui"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[Binding | tuple[str, str] | tuple[str, str, str]]] = [*bindings("all")]

    def __init__(
        self,
        client: Client | Past,
        settings: Settings,
        *,
        theme: str | None = None,
        greeting: str = "",
        login: Login | None = None,
        leave: Callable[[], object] | None = None,
        capture: Capture | None = None,
        lock: Lock | None = None,
    ) -> None:
        """`login` takes another passcode; `leave` is called when the terminal is gone, else the app ends.

        `capture` takes what happens; without one it is kept in memory only. `lock` is what the client asks
        before it sends.
        """
        self.lock = lock or Lock()
        # Asked before Textual takes NO_COLOR out of the environment.
        self._theme_wanted = theme or settings.theme or themes.default_name()
        # Nor may Textual choose its filter before our theme is set: all would be black on black.
        driver = None if os.environ.get("TEXTUAL_DRIVER") else ConsoleDriver
        super().__init__(driver, ansi_color=True if "NO_COLOR" in os.environ else None)
        self._leave = leave or self.exit
        self._source = client
        self.settings = settings
        self.greeting = greeting
        self.login = login
        self.capture = capture or Capture(recognise=brokers.recognise)
        self.capture.origin = self._origin
        if self.past is None:
            self.capture.states = lambda: (self.client.state,)
        self.main = MainScreen(self.capture, settings.columns)
        self._dirty = True
        self._drawn_at = 0.0
        self.keys_ahead = KeysAhead(self._take_key, lambda: self.call_next(self.keys_ahead.drain))
        self.counts = Counts()
        self._unasked = Unasked()
        self._recording = Trouble()
        self._throttled = False
        self._touched_at = float("-inf")
        self._hurried = False
        self.again = Again()
        self._turn: asyncio.Future[Event] | None = None
        self._toasts_over = float("inf")
        """When all is painted anew: what a toast lay over is not always, once a dialog lay over both."""
        self._watch_ends: Callable[[], None] = lambda: None

    @property
    def past(self) -> Past | None:
        """The recording that is looked at; None when there is a client."""
        return self._source if isinstance(self._source, Past) else None

    @property
    def client(self) -> Client:
        """The connection's; what needs it is refused in a recording, before it asks."""
        assert not isinstance(self._source, Past)
        return self._source

    def on_events(self, events: Sequence[Event]) -> None:
        """Take what happened in one slice of the connection: into the capture, and into the next tick."""
        self.capture.extend(events)
        self.counts.take(events)
        self.main.collecting.take(events)
        self.main.ruling.take(events)
        self.main.endings.take(events)
        self._dirty = True
        if self.capture.behind is not self._throttled:
            self._throttle()
        for at, event in enumerate(events):
            if type(event) in UNASKED:
                self._take(event, events[:at] if type(event) is Closed else ())

    def _throttle(self) -> None:
        """Have the broker hold what the recording cannot take as fast as it comes, until it can."""
        self._throttled = not self._throttled
        self.client.throttle(self._throttled)

    def _hurry(self, hurried: bool) -> None:
        """Read as fast as can be while nobody types; when somebody does, keys come first."""
        if hurried is not self._hurried:
            self._hurried = hurried
            self.client.hurry(hurried)

    def _take(self, event: Event, before: Sequence[Event]) -> None:
        """Take in what is more than a record: it makes a toast, or changes whether there is a connection."""
        if isinstance(event, Connected) and self.outage is not None:
            self.again.connected(self._wanted())
        elif isinstance(event, Rejected) and event.command == "SUBSCRIBE":
            self._refused(event)
        elif isinstance(event, NotSubscribed):
            self.again.rejected(event.id, event.reason)
        self._unasked.take(event, before, self.client.endpoint.address, self.client.state)
        if self._turn is not None and isinstance(event, TURNS) and not self._turn.done():
            self._turn.set_result(event)

    def _refused(self, event: Rejected) -> None:
        asked, answer = (
            self.capture.brief(self.capture.find_id(event.connection, number) or 0)
            for number in (event.number, event.error)
        )
        if asked is None or asked.frame is None or answer is None or answer.frame is None:
            return
        words = broker_words(answer.frame)
        self.again.rejected(asked.frame.first("id") or "", words)

    def _origin(self, connection: int) -> Origin:
        # A login is none of a file's business, and in a query there may be a token.
        bare = replace(self.client.endpoint, login=None, passcode=None, query="")
        return Origin(str(bare), connection - 1 if connection > 1 else None)

    def get_default_screen(self) -> Screen[None]:
        return self.main

    def on_mount(self) -> None:
        for complaint in themes.register(self):
            self.toast(complaint, "Theme", "warning")
        self.theme = self._theme_wanted
        self.set_keymap(self.settings.keys)
        self.set_interval(TICK, self._tick)
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self._watch_ends = collector.keep_short()
        if self.greeting:
            self.main.say(self.greeting)

    def on_unmount(self) -> None:
        self._watch_ends()
        self.main.scans.let_go()
        if self.past is not None:
            self.past.close()

    def _tick(self) -> None:
        now = time.monotonic()
        self.keys_ahead.give_up(now)
        if not self.is_running or (not self._dirty and now - self._drawn_at < STILL):
            return
        if isinstance(driver := self._driver, ConsoleDriver):
            if driver.backlog:  # painting more would only make keys late
                return
            if driver.behind:
                driver.behind = False
                self.refresh(layout=True)
        self._drawn_at = now
        if self.past is None:
            self._hurry(now - self._touched_at > LEISURE)
        self.capture.catch_up()
        if self.past is not None:
            self.past.go_to(self.main.feed.cursor)
        if self._throttled and not self.capture.behind:
            self._throttle()
        if (trouble := self._recording.told(self.capture)) is not None:
            self._unasked.add(trouble)
        self._toast_causes(now)
        self._dirty = not self.main.draw(now)

    def _toast_causes(self, now: float) -> None:
        for toast in self._unasked.due(now):
            self.toast(*toast)
        if now >= self._toasts_over:
            self._toasts_over = float("inf")
            self.refresh(layout=True)

    def touch(self) -> None:
        """Have the next tick draw, though nothing arrived."""
        self._dirty = True

    def view(self, now: float) -> View:
        """Freeze what the panes are shown."""
        if self.past is not None:
            return self.main.look(self.past.view())
        state = self.client.state
        endpoint = self.client.endpoint
        return self.main.look(
            View(
                now=now,
                address=endpoint.address,
                state=state,
                words=brokers.words(state.dialect),
                outage=self.outage,
                retry=display(in_force(self)["session.reconnect"].keys[0]),
                unverified=endpoint.tls and not endpoint.verify,
                awaited=self.again.awaited(self._wanted(), state, connected=self.outage is None),
                reading=self.client.reading,
                unrecorded=self._recording.lasting,
                rate=self.counts.rate(now),
                counts=self.counts,
                guard=self.lock.guard,
                unruly=self.client.session.unruly,
            )
        )

    def _wanted(self) -> list[Wanted]:
        return [one.wanted for one in self.client.subscriptions]

    @property
    def outage(self) -> Outage | None:
        """None while there is a connection."""
        return self._unasked.outage

    async def connect_now(self) -> Event:
        """Try to connect at once; gives what it led to: Connected, Retrying or GivenUp.

        Raises LocalProtocolError when there is a connection.
        """
        self.client.reconnect()
        if self.outage is not None:
            self._unasked.outage = self.outage.begun(time.monotonic())
        self._turn = asyncio.get_running_loop().create_future()
        return await self._turn

    def on_terminal_lost(self) -> None:
        """End as SIGHUP would, which does not come to a program that somebody else started."""
        self._leave()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variables(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        self.theme_variables = themes.guarded(super().get_css_variables(), self.lock.guard.words)
        return self.theme_variables

    def guard_with(self, *, unlocked: bool) -> None:
        """Unlock the guard or lock it again, and show it."""
        self.lock.open(unlocked)
        self.refresh_css(animate=False)
        # What takes its colours from variables while it paints has no rule of its own that changed.
        for widget in self.main.query("*"):
            widget.notify_style_update()
            widget.refresh()

    async def on_event(self, event: TextualEvent) -> None:
        """Put keys and pastes in order; all else goes its way."""
        if isinstance(event, InputEvent | Paste):
            self._touched_at = time.monotonic()
            if self._hurried:
                self._hurry(False)
        if not isinstance(event, Key | Paste):
            await super().on_event(event)
        elif not event.is_forwarded:
            self.keys_ahead.add(event)
            await self.keys_ahead.drain()
        elif self.screen_stack and self.screen is not self.main:
            await super().on_event(event)
        # Else it was typed for a dialog that has ended meanwhile: no key of the main screen.

    async def _take_key(self, event: Key | Paste) -> None:
        if not self.screen_stack:  # the console is ending
            return
        if self.screen is not self.main or isinstance(event, Paste):
            screen = self.screen
            await super().on_event(event)
            if isinstance(screen, Asking) and self.screen_stack and self.screen is screen:
                self._follow(Handled(screen))
            return
        # At once, not by way of the focused widget: the next key must find what this one changed.
        active = self.main.active_bindings.get(event.key)
        if active is not None and active.enabled:
            done = await self.run_action(active.binding.action, active.node)
            if not done and event.key == "ctrl+c":  # nothing is selected that it could copy
                self.main.say(f"{display(in_force(self)['app.quit'].keys[0])} quits.")

    def _follow(self, message: Handled) -> None:
        """Hold the next key until a dialog has handled this one: it may open or end something."""
        if (self.focused or self.screen).post_message(message):
            self.keys_ahead.follow(time.monotonic())

    def on_handled(self, message: Handled) -> None:
        screen = message.screen
        if not self.screen_stack:  # the console is ending
            return
        if self.screen is screen:
            if message.rounds > 1:
                self._follow(Handled(screen, message.rounds - 1))
            else:
                self.keys_ahead.release()
        elif screen in self.screen_stack:  # it has opened another one
            self.screen.call_after_refresh(self.keys_ahead.release)

    def pop_screen(self) -> AwaitComplete:
        """Take the top screen away; keys wait for what its result leads to."""
        if self.main.asked(self.screen):
            self.keys_ahead.hold()
        else:
            self.keys_ahead.release()
        return super().pop_screen()

    async def action_quit(self) -> None:
        """Quit as the main screen does, whatever is open over it; ctrl+q in the question does nothing."""
        if not isinstance(self.screen, QuitQuestion):
            self.main.action_key("app.quit")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        return offered(self, screen)

    def toast(self, words: str, title: str, severity: str) -> None:
        """Show what happened unasked, made safe."""
        self._toasts_over = time.monotonic() + self.NOTIFICATION_TIMEOUT + STILL
        self.notify(printable(words), title=title, severity=severity, markup=False)  # type: ignore[arg-type]  # a str
