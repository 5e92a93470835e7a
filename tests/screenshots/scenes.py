"""What the pictures show: keys pressed on the embedded broker with its sample traffic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.confirm import ConfirmDialog, QuitQuestion
from stomptui.console.dialogs.find import FindRow
from stomptui.console.dialogs.help import HelpScreen
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.dialogs.review import ReviewScreen
from stomptui.console.dialogs.subscribe import SubscribeScreen
from stomptui.console.settings import Settings
from stomptui.demo.sample import prefilled, publish
from tests.console.opened import Opened, opened

Scene = Callable[[Opened], Awaitable[None]]
"""Presses keys until the screen shows what the picture is to show."""


@asynccontextmanager
async def stage(size: tuple[int, int], theme: str) -> AsyncIterator[Opened]:
    """A console as `stomptui demo` opens it, a few seconds later."""
    async with opened(size, Settings(theme=theme)) as console:
        console.client._line.endpoint = replace(console.client.endpoint, port=61613)
        await console.client.subscribe("/topic/prices", ack="auto", deliver=False)
        await console.subscribe("/queue/orders")
        flowing = asyncio.create_task(flow(console))
        await console.pilot.pause(3)
        try:
            yield console
        finally:
            flowing.cancel()
            with suppress(asyncio.CancelledError):
                await flowing


async def flow(console: Opened) -> None:
    """The sample traffic; what waits at the start is not all there at one instant."""
    for index, one in enumerate(prefilled()):
        await asyncio.sleep(0.03 + 0.011 * (index * index % 7))
        console.broker.publish(*one)
    await publish(console.broker)


async def settle_some(console: Opened) -> None:
    """Two messages acked, one sent back that has come again."""
    await console.press("u", "a")
    await console.until_said("receipt after")
    await console.press("a")
    await console.until(lambda: console.client.state.ledger.open == 10)
    await console.press("x", "b")
    await console.until_said("sent back to the queue")
    await console.pilot.pause(3.3)


async def again(console: Opened) -> None:
    """Go to the message that has come again."""
    await console.press("U")
    record = console.main.record
    assert record is not None and record.deliveries == 2, record


async def begin(console: Opened) -> None:
    await console.press("t", "b")
    await console.until_said("tx-1 begun")


async def main(console: Opened) -> None:
    """The main screen: settled, staged and selected messages, and one that has come again."""
    await settle_some(console)
    await begin(console)
    await console.press("a")
    await console.until_said("staged in tx-1")
    await again(console)
    await console.press("U", "space", "U", "U", "space", "u", "u")
    await console.pilot.pause(0.6)


async def compose(console: Opened) -> None:
    """A message composed from another."""
    await settle_some(console)
    await console.press("slash", *"4713", "enter")
    await console.until_said("4713")
    await console.press("r")
    await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
    await console.press("tab", "tab", "down", "end")


async def subscribe(console: Opened) -> None:
    """The subscribe form, with what subscribing does to others."""
    await console.press("s")
    await console.until(lambda: isinstance(console.app.screen, SubscribeScreen))
    await console.press(*"/queue/invoices")


async def nack(console: Opened) -> None:
    """What a NACK does on this broker, before it is sent."""
    await settle_some(console)
    await again(console)
    await console.press("x")
    await console.until(lambda: isinstance(console.app.screen, NackRow))


async def ack(console: Opened) -> None:
    """What an ACK in mode client covers, before it is sent."""
    await console.client.subscribe("/queue/invoices", ack="client", prefetch=50, deliver=False)
    await console.pilot.pause(21)
    invoices = [one.number for one in console.client.state.ledger.values() if one.mode == "client"]
    console.main.feed.go_to(console.id_of(invoices[-1]))
    await console.press("a")
    await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))


async def session(console: Opened) -> None:
    """Transactions, receipts and heart-beats: a SEND and an ACK staged."""
    await settle_some(console)
    await begin(console)
    await console.press("a")
    await console.until_said("staged in tx-1")
    await console.press("u", "r")
    await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
    await console.press("ctrl+r")
    await console.until_said("SEND")
    await console.press("4")
    await console.pilot.pause(5.2)


async def ledger(console: Opened) -> None:
    """What is unsettled, and what an ACK of it would carry: one staged, one that has come again."""
    await settle_some(console)
    await begin(console)
    await console.press("a")
    await console.until_said("staged in tx-1")
    await console.press("l", "down", "down")
    await console.pilot.pause(0.6)


async def workbench(console: Opened) -> None:
    """Two open transactions, each with what is staged in it, and one that was committed."""
    await settle_some(console)
    for name in ("tx-1", "tx-2", "tx-3"):
        await console.press("t", "b")
        await console.until_said(f"{name} begun")
        console.client.session.join(name)
        await console.press("a")
        await console.until_said(f"staged in {name}")
    await console.client.send("/queue/orders.done", b"{}", receipt=False)
    await console.client.commit("tx-2")
    await console.press("T")
    await console.pilot.pause(0.6)


async def review(console: Opened) -> None:
    """Decisions that were collected, before they are sent."""
    await settle_some(console)
    await console.press("plus", "u", "a", "a", "x", "d", "a", "equals_sign")
    await console.until(lambda: isinstance(console.app.screen, ReviewScreen))
    await console.pilot.pause(0.6)


async def wire(console: Opened) -> None:
    """The octets of both directions around a SUBSCRIBE."""
    await settle_some(console)
    await console.press("slash", *"SUBSCRIBE", "enter")
    await console.pilot.pause(0.5)
    await console.press("W")
    await console.pilot.pause(0.6)


async def find(console: Opened) -> None:
    """A text that is looked for."""
    await settle_some(console)
    await console.press("slash", *"KX-99", "enter")
    await console.pilot.pause(0.5)
    await console.press("n", "slash")
    await console.until(lambda: isinstance(console.app.screen, FindRow))


async def odd(console: Opened, order: str, *pressed: str) -> None:
    """Ack until an order comes that is no JSON, and look into it."""
    await console.press("u", *["a"] * 8)
    await console.pilot.pause(3)
    await console.press("slash", *order, "enter")
    await console.pilot.pause(0.5)
    await console.press(*pressed)
    await console.pilot.pause(0.5)


async def hostile(console: Opened) -> None:
    """Escape sequences and reordering text, harmless."""
    await odd(console, "Order 4725", "h")


async def octets(console: Opened) -> None:
    """A binary body."""
    await odd(console, "correlation-id:order-4723", "v", "v")


async def xml(console: Opened) -> None:
    """An XML body."""
    await odd(console, 'id="4719"')


async def empty(console: Opened) -> None:
    """Nothing is subscribed any more."""
    for name in tuple(console.client.state.subscriptions):
        await console.client.unsubscribe(name)
    await console.press("1")
    await console.pilot.pause(0.5)


async def keys(console: Opened) -> None:
    """All keys."""
    await console.press("question_mark")
    await console.until(lambda: isinstance(console.app.screen, HelpScreen))


async def leave(console: Opened) -> None:
    """What quitting would do."""
    await settle_some(console)
    await console.press("ctrl+q")
    await console.until(lambda: isinstance(console.app.screen, QuitQuestion))


async def refused(console: Opened) -> None:
    """An ERROR of the broker, in its own words."""
    console.broker.faults.error_on_send = "no room left in /queue/orders: 200 messages wait"
    await console.press("u", "r", "ctrl+r")
    await console.until_said("no room")
    await console.pilot.pause(1)


async def lost(console: Opened) -> None:
    """The connection has ended."""
    await console.press("u")
    console.broker.drop_connections()
    await console.until(lambda: console.app.outage)
    await console.pilot.pause(1)


SHOWN: dict[str, Scene] = {
    "main": main,
    "compose": compose,
    "subscribe": subscribe,
    "nack": nack,
    "ack": ack,
    "session": session,
    "ledger": ledger,
    "workbench": workbench,
    "review": review,
    "wire": wire,
}
"""The scenes of which the project keeps pictures."""
SCENES: dict[str, Scene] = {
    **SHOWN,
    "find": find,
    "hostile": hostile,
    "octets": octets,
    "xml": xml,
    "empty": empty,
    "keys": keys,
    "leave": leave,
    "refused": refused,
    "lost": lost,
}
"""All there are, to be looked at."""
