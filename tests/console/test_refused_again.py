"""A subscription that the broker refuses when it is made again: it is said, and can be made anew."""

from __future__ import annotations

from tests.console.opened import opened
from tests.console.test_reconnecting import LATE, NOW, lost, toasts


async def test_it_is_told_once_and_can_be_subscribed_to_again() -> None:
    async with opened(reconnect=LATE) as console:
        await console.subscribe("/queue/q")
        await lost(console)
        console.broker.faults.error_on_subscribe = "no such queue"
        await console.press(NOW)
        await console.until(lambda: "Subscription refused" in toasts(console))
        [said] = [one for one in console.app._notifications if one.title == "Subscription refused"]
        assert said.message.startswith("/queue/q was not made again: ")
        assert said.message.endswith("no such queue; s subscribes anew")
        [row] = console.app.view(0.0).awaited
        assert row.destination == "/queue/q" and "no such queue" in row.refused
        await console.press("s", *"/queue/q", "f5")
        await console.until_said("Subscribed to /queue/q")
        console.broker.publish("/queue/q", b"here")
        await console.until(lambda: len(console.client.state.ledger) == 1)
