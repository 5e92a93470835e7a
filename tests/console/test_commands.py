"""The command palette: what it does on the main screen, and over a form or a row."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette

from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.transaction import TransactionRow
from tests.console.opened import Opened, opened


async def choose(console: Opened, words: str) -> None:
    """Open the palette, type what the command is called, take the first that it finds."""
    await console.press("ctrl+p")
    await console.until(lambda: isinstance(console.app.screen, CommandPalette))
    palette = console.app.screen
    await console.press(*words)
    found = palette.query_one(CommandList)
    await console.until(lambda: found.visible and found.option_count, words)
    await console.press("enter")
    await console.until(lambda: console.app.screen is not palette)


async def test_transactions_are_begun_and_ended_by_name() -> None:
    async with opened() as console:
        await choose(console, "begin")
        await console.until_said("tx-1 begun")
        await choose(console, "commit")
        await console.until_said("tx-1 committed")
        await choose(console, "commit")
        await console.until_said("no transaction is open")
        assert console.app.screen is console.main


async def test_which_of_several_is_asked() -> None:
    async with opened() as console:
        for name in ("one", "two"):
            await console.client.begin(name)
        console.client.session.join(None)
        await choose(console, "abort")
        await console.until(lambda: isinstance(console.app.screen, TransactionRow))
        await console.press("2")
        await console.until_said("two aborted")
        assert list(console.client.state.transactions) == ["one"]


async def test_over_a_form_it_does_what_the_form_does() -> None:
    async with opened() as console:
        await console.press("c")
        await console.until(lambda: isinstance(console.app.screen, ComposeScreen))
        console.burst("/queue/q")
        await choose(console, "send")
        await console.until_said("to /queue/q confirmed")
        assert console.app.screen is console.main
