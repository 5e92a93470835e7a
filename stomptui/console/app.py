"""The console: it routes what happened to the capture and to the panes, and keys to the client."""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding

from stomptui import brokers
from stomptui.capture.store import Capture
from stomptui.console import themes
from stomptui.console.dialogs.confirm import QuitQuestion
from stomptui.console.keys import bindings, palette
from stomptui.console.screen import MainScreen
from stomptui.console.settings import load_settings
from stomptui.console.unasked import unasked
from stomptui.console.view import View
from stomptui.render.text import printable
from stomptui.stomp.events import MessageReceived

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.screen import Screen

    from stomptui.commands.session import Inbox, Plan
    from stomptui.console.settings import Settings
    from stomptui.net.client import Client
    from stomptui.stomp.events import Event

TICK = 1 / 20
"""Seconds between two looks at what arrived: live to the eye, and a fifth of a core at any rate."""
STILL = 0.5
"""Seconds after which ages and beats are drawn again though nothing arrived."""
RATE_WINDOW = 5.0
"""Seconds over which rates are averaged."""


class ConsoleApp(App[None]):
    """One STOMP connection on one screen."""

    TITLE = "stomptui"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[Binding | tuple[str, str] | tuple[str, str, str]]] = [*bindings("all")]

    def __init__(
        self, client: Client, settings: Settings, *, theme: str | None = None, greeting: str = ""
    ) -> None:
        # Asked before Textual takes NO_COLOR out of the environment.
        self._theme_wanted = theme or settings.theme or themes.default_name()
        super().__init__()
        self.client = client
        self.settings = settings
        self.greeting = greeting
        self.capture = Capture()
        self.main = MainScreen(self.capture, settings.columns)
        self._dirty = True
        self._drawn_at = 0.0
        self._arrivals: deque[tuple[float, dict[str, int]]] = deque()

    def on_events(self, events: Sequence[Event]) -> None:
        """Take what happened in one slice of the connection: into the capture, and into the next tick."""
        self.capture.extend(events)
        self._dirty = True
        arrived: dict[str, int] = {}
        for event in events:
            if type(event) is MessageReceived:
                subscription = event.frame.first("subscription") or ""
                arrived[subscription] = arrived.get(subscription, 0) + 1
            elif self.is_running:
                toast = unasked(event)
                if toast is not None:
                    self.toast(*toast)
        if arrived:
            self._arrivals.append((time.monotonic(), arrived))

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
        """Spare the collector what start-up made: a full collection would hold up a key for 50 ms."""
        gc.collect()
        gc.freeze()
        if self.greeting:
            self.main.say(self.greeting)

    def _tick(self) -> None:
        now = time.monotonic()
        if not self._dirty and now - self._drawn_at < STILL:
            return
        if self._terminal_is_behind():
            return
        self._dirty = False
        self._drawn_at = now
        self.main.show(self.view(now))

    def touch(self) -> None:
        """Have the next tick draw, though nothing arrived."""
        self._dirty = True

    def view(self, now: float) -> View:
        """Freeze what the panes are shown."""
        rates = self._rates(now)
        state = self.client.state
        return self.main.look(
            View(
                now=now,
                address=self.client.endpoint.address,
                state=state,
                words=brokers.words(state.dialect),
                alive=self.alive,
                reading=self.client.reading,
                rate=sum(rates.values()),
                rates=rates,
            )
        )

    @property
    def alive(self) -> bool:
        """Whether the connection is open."""
        return not self.client.closed.done()

    def _rates(self, now: float) -> dict[str, float]:
        while self._arrivals and self._arrivals[0][0] < now - RATE_WINDOW:
            self._arrivals.popleft()
        totals: dict[str, int] = {}
        for _, arrived in self._arrivals:
            for subscription, count in arrived.items():
                totals[subscription] = totals.get(subscription, 0) + count
        return {subscription: count / RATE_WINDOW for subscription, count in totals.items()}

    def _terminal_is_behind(self) -> bool:
        """Say whether the terminal still has frames to take: painting more would only make keys late."""
        writer = getattr(self._driver, "_writer_thread", None)
        queue = getattr(writer, "_queue", None)
        return queue is not None and queue.qsize() > 0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variables(self.current_theme)

    async def action_quit(self) -> None:
        """Quit as the main screen does, whatever is open over it; ctrl+q in the question does nothing."""
        if not isinstance(self.screen, QuitQuestion):
            self.main.action_key("app.quit")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every row of the key table that may run or says why not, and the themes."""
        for command in palette(self.view(time.monotonic())):
            yield SystemCommand(command.title, command.help, partial(self.main.action_key, command.key.id))
        yield SystemCommand("Theme", "Change the colours", self.search_themes)

    def toast(self, words: str, title: str, severity: str) -> None:
        """Show what happened unasked, made safe."""
        self.notify(printable(words), title=title, severity=severity, markup=False)  # type: ignore[arg-type]


async def run_console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> None:
    """Run the console over an open `client` until the engineer quits or `leaving` is done.

    Raises SettingsError, before the terminal is touched, when the settings file cannot be used.
    """
    app = ConsoleApp(client, load_settings(), theme=plan.theme, greeting=plan.greeting)
    inbox.open(app.on_events)
    leaving.add_done_callback(lambda _: app.exit())
    await app.run_async(mouse=plan.mouse and app.settings.mouse)
