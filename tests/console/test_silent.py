"""A connection on which the broker says nothing any more: the user decides whether it is given up."""

from __future__ import annotations

from stomptui.console.dialogs.confirm import ConfirmDialog
from tests.console.hostile import screen_text
from tests.console.opened import opened
from tests.console.test_reconnecting import NOW, one_held, status, toasts


async def test_a_silent_connection_is_given_up_after_a_question() -> None:
    async with opened(options="?heartbeat=0.5") as console:
        await console.subscribe("/queue/q")
        await one_held(console)
        await console.press(NOW)
        await console.until_said("there is a connection, and the broker was heard")
        console.broker.faults.silent_after = 0
        await console.until(lambda: "LATE" in status(console))
        await console.press(NOW)
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        shown = screen_text(console.app)
        assert "Nothing heard for" in shown and "Give this connection up and make a new one?" in shown
        assert "1 unsettled: this broker puts them back" in shown
        await console.press("n")
        await console.until_said("Still connected.")
        assert console.client.connected and console.client.state.connection == 1
        await console.press(NOW)
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        console.broker.faults.silent_after = None
        await console.press("y")
        await console.until_said("connection 2")
        await console.until(lambda: len(console.client.state.ledger) == 1, "the message comes again")
        await console.until(lambda: toasts(console)[:1] == ["Connection lost"])
        assert "given up here, the broker was silent" in next(iter(console.app._notifications)).message
