"""Transactions by hand: begin, commit, abort, and which one new frames join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from stomptui.brokers.transacting import in_transaction
from stomptui.console.dialogs.transaction import TransactionRow
from stomptui.console.flows.agree import agree
from stomptui.console.flows.workbench import joins
from stomptui.console.keys import display, in_force
from stomptui.render.text import printable
from stomptui.stomp.errors import StompError

if TYPE_CHECKING:
    from stomptui.console.screen import MainScreen
    from stomptui.stomp.state import State


async def menu(screen: MainScreen, at_once: str = "") -> None:
    """Ask for one of begin, commit, abort, join or outside, and do it.

    `at_once` is the action of the row that need not be asked for; more about it may be.
    """
    client = screen.client
    state = client.state
    meant = screen.workbench.transaction if screen.pane == "session" else None
    row = TransactionRow(tuple(state.transactions.values()), state.joined, at_once, meant=meant)
    choice = await screen.ask_for(row)
    if choice is None:
        return
    if choice.what != "begin" and screen.gone(state):
        return
    try:
        match choice.what:
            case "begin":
                name = await client.begin(choice.name)
                screen.say(_with_surprise(screen, _begun(printable(name), client.state)))
            case "commit" | "abort":
                await _end(screen, choice.what, choice.name)
            case "join":
                client.session.join(choice.name)
                screen.say(joins(choice.name))
            case "outside":
                client.session.join(None)
                screen.say(joins(None))
    except StompError as error:
        screen.say(str(error), "error")
    finally:
        screen.touch()


def _begun(name: str, state: State) -> str:
    """Say what joins a transaction that was just begun, by what really does."""
    if state.joined is not None:
        joins = (
            "what you send and ack joins it" if state.joined == name else f"new frames join {state.joined}"
        )
        return f"{name} begun: {printable(joins)}."
    others = len(state.transactions) - 1
    return f"{name} begun beside {others} more: new frames join none of them, until t 1-9 says which."


def _with_surprise(screen: MainScreen, words: str) -> str:
    """Add what surprises most with this broker, or where it stands: cut off it would say nothing."""
    whole = f"{words} This broker {in_transaction(screen.words)[0]}."
    key = display(in_force(screen.app)["transaction.workbench"].keys[0])
    return whole if cell_len(whole) + 2 <= screen.size.width else f"{words} {key} says what may surprise."


async def _end(screen: MainScreen, how: str, name: str | None) -> None:
    client = screen.client
    state = client.state
    chosen = name or state.joined or next(iter(state.transactions), None)
    if chosen is None or chosen not in state.transactions:
        screen.say("No transaction is open: t, then b, begins one.", "warning")
        return
    staged = state.transactions[chosen].staged
    sends = sum(1 for one in staged if one.command == "SEND")
    settlings = len(staged) - sends
    shown = printable(chosen)
    if how == "commit":
        what = f"COMMIT {shown} with {_count(sends, 'SEND')} and {_settled(settlings)}"
        if not await agree(screen, ("COMMIT",), lambda: what):
            screen.say(f"{shown} is still open.")
            return
        if screen.gone(state):
            return
        await client.commit(chosen)
        screen.say(
            f"{shown} committed, confirmed by receipt: {_count(sends, 'SEND')}, {_settled(settlings)}."
        )
        return
    await client.abort(chosen)
    again = (
        f"{_count(settlings, 'message')} {'is' if settlings == 1 else 'are'} unsettled again, not sent again"
    )
    screen.say(f"{shown} aborted, confirmed by receipt, {again}; {_count(sends, 'SEND')} dropped.")


def _settled(count: int) -> str:
    return f"{_count(count, 'message')} settled"


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
