"""Views of a real session, and the little app in which a dialog is tried alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from textual.screen import Screen
from textual.widgets import Label

from stomptui import brokers
from stomptui.console.outage import Outage
from stomptui.console.view import Current, View
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import AckMode
from stomptui.stomp.session import Session
from tests.console.hostile import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.pilot import Pilot
    from textual.screen import ModalScreen

CONNECTED = b"CONNECTED\nversion:1.2\nserver:RabbitMQ/3.10.8\nheart-beat:0,0\n\n\x00"


def session(messages: int = 0, mode: AckMode = AckMode.CLIENT_INDIVIDUAL, connection: int = 1) -> Session:
    """A session connected to RabbitMQ, with a subscription when it has `messages`; those are 4, 5, ..."""
    made = Session(recognise=brokers.recognise, connection=connection)
    made.connect(0.0)
    take(made, CONNECTED)
    if messages:
        made.transmit(made.subscribe_frame("/queue/orders", mode=mode, prefetch=10, id="sub-1"), 0.0)
    for number in range(messages):
        head = (
            f"MESSAGE\nsubscription:sub-1\nmessage-id:m{number}\nack:a{number}\ndestination:/queue/orders\n\n"
        )
        take(made, head.encode() + b"x\x00")
    return made


LOST = Outage(0.0, "reset by the peer", 3, 4.0)
"""A connection that was lost at 0; the next try, the third, is at 4."""
GIVEN_UP = Outage(0.0, "the broker said no")


def take(session: Session, octets: bytes) -> None:
    session.receive(octets)
    while session.next_events(0.0):
        pass


def view(session: Session, **changes: Any) -> View:
    state = session.state
    fields = {"now": 0.0, "address": "mq1:61613", "state": state, "words": brokers.words(state.dialect)}
    return View(**{**fields, **changes})


def current(number: int, settlement: Settlement = Settlement.UNSETTLED, command: str = "MESSAGE") -> Current:
    return Current(number, 1, number, command, settlement, command != "MESSAGE", in_view=True)


class Beneath(Screen[None]):
    """What a dialog lies over: it notes every key that comes through."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def compose(self) -> ComposeResult:
        yield Label("the feed beneath")

    def on_key(self, event: Any) -> None:
        self.keys.append(event.key)


class Trial(Bench):
    """Opens one dialog over a screen and keeps its result; `NOTHING` until there is one."""

    NOTHING = object()

    def __init__(self, dialog: ModalScreen[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.result: object = self.NOTHING
        self.beneath = Beneath()

    def get_default_screen(self) -> Screen[Any]:
        return self.beneath

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.keep)

    def keep(self, result: object) -> None:
        self.result = result

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """The terminal of a test needs no handing over."""
        yield


async def press(dialog: ModalScreen[Any], *keys: str, size: tuple[int, int] = (80, 24)) -> object:
    """Open `dialog`, press `keys` and return its result (`Trial.NOTHING` while it is open)."""
    app = Trial(dialog)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert app.beneath.keys == [], "a key of the dialog reached the screen beneath"
        return app.result


async def during(
    dialog: ModalScreen[Any],
    look: Callable[[Trial, Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
) -> object:
    """Open `dialog`, have `look` do what it wants, and return the result."""
    app = Trial(dialog)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await look(app, pilot)
        await pilot.pause()
        return app.result
