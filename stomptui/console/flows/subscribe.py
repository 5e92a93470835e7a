"""Subscribe and unsubscribe by hand, with safe defaults and the broker's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.brokers import at_unsubscribe
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.subscribe import SubscribeRequest, SubscribeScreen
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError
from stomptui.stomp.frame import AckMode
from stomptui.stomp.subscription import Subscription

if TYPE_CHECKING:
    from stomptui.console.again import Awaited
    from stomptui.console.screen import MainScreen


async def form(screen: MainScreen) -> None:
    """Open the form and subscribe as it says."""
    state = screen.client.state
    live = tuple(one for one in state.subscriptions.values() if not one.closed)
    request = await screen.ask_for(
        SubscribeScreen(
            words=screen.words,
            dialect=state.dialect,
            existing=live,
            version=state.version,
            why_not=lambda request: _why_not(screen, request),
        )
    )
    if request is not None:
        await subscribe(screen, request)


def _why_not(screen: MainScreen, request: SubscribeRequest) -> str | None:
    if screen.offline is not None:
        return screen.offline
    client = screen.client
    try:
        frame = client.session.subscribe_frame(
            request.destination,
            mode=request.mode,
            prefetch=request.prefetch,
            id=request.id,
            headers=request.headers,
        )
    except StompError as error:
        return str(error)
    return screen.console.lock.permit(frame.command, frame, client.state)


async def subscribe(screen: MainScreen, request: SubscribeRequest) -> None:
    """Send SUBSCRIBE and say what the broker answered."""
    where = printable(request.destination)
    screen.say(f"Subscribing to {where} ...")
    try:
        await screen.client.subscribe(
            request.destination,
            ack=request.mode,
            id=request.id or None,
            prefetch=request.prefetch,
            headers=request.headers,
            deliver=False,
        )
    except StompError as error:
        screen.say(f"{where}: {error}", "error")
        return
    how = str(request.mode)
    if request.prefetch is not None and request.mode is not AckMode.AUTO:
        how += f", at most {request.prefetch} held"
    screen.say(f"Subscribed to {where}, {how}.")


async def unsubscribe(screen: MainScreen, subscription: Subscription | Awaited) -> None:
    """Send UNSUBSCRIBE, after asking when messages of it are unsettled; a lost one is not made again."""
    where = printable(subscription.destination)
    if screen.console.again.dismiss(subscription.id):
        screen.say(f"{where} is off the list: the broker had refused it.")
        screen.touch()
        return
    if isinstance(subscription, Subscription) and subscription.unsettled:
        unsettled = f"{subscription.unsettled} of its messages are unsettled"
        becomes = at_unsubscribe(screen.words, subscription)
        question = f"Unsubscribe from {where}? {unsettled}: this broker {becomes}."
        if not await screen.ask_for(ConfirmDialog(question)):
            screen.say("Still subscribed.")
            return
    try:
        await screen.client.unsubscribe(subscription.id)
    except StompError as error:
        screen.say(f"{where}: {error}", "error")
        return
    screen.touch()
    screen.say(f"Unsubscribed from {where}.")
