"""What would have joined a transaction that was lost with its connection is not sent alone unasked."""

from __future__ import annotations

from tests.console.test_reconnecting import back, console_at, lost, one_held


async def test_the_first_ack_after_it_is_refused_and_says_why() -> None:
    async with console_at() as console:
        await one_held(console)
        name = await console.client.begin()
        await lost(console)
        await back(console)
        await console.until(lambda: len(console.client.state.ledger) == 1)
        await console.press("u", "a")
        await console.until_said(f"ACK: it would have joined transaction {name}, which was lost")
        assert len(console.client.state.ledger) == 1
        await console.press("a")
        await console.until(lambda: not console.client.state.ledger)
