"""Quit, after saying what would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.brokers import at_the_end
from stomptui.console.dialogs.confirm import QuitQuestion

if TYPE_CHECKING:
    from stomptui.brokers import Words
    from stomptui.console.screen import MainScreen
    from stomptui.stomp.state import State


def what_quitting_loses(state: State, words: Words, now: float) -> str | None:
    """Say what closing the connection now would undo or leave unknown; None when nothing."""
    losses = at_the_end(words, state) if state.ledger else []
    held = len(state.ledger.held)
    if held:
        losses.append(f"{held} of closed subscriptions still held: this broker {words.on_close}")
    for name, transaction in state.transactions.items():
        losses.append(f"{name} is open with {len(transaction.staged)} staged: nothing of it will be done")
    overdue = len(state.overdue(now))
    if overdue:
        losses.append(f"{overdue} receipts overdue: their outcome stays unknown")
    return ". ".join(losses) or None


async def ask_to_quit(screen: MainScreen, *, always: bool = False) -> None:
    """End the console, after a question when something would be lost, or `always`; a recording is left."""
    exports = screen.exports
    losses = f"{exports.words}: nothing of it would be there" if exports.running else None
    if screen.console.past is None:
        lost = what_quitting_loses(screen.client.state, screen.words, screen.now())
        losses = (
            ". ".join(filter(None, (losses, screen.ruling.losses, screen.collecting.losses, lost))) or None
        )
    elif losses is None:
        screen.app.exit()
        return
    question = f"{losses}. Quit?" if losses else None
    if question is None and (always or screen.typing or screen.draft is not None):
        unsent = screen.typing or screen.draft is not None
        question = "What was typed is not sent. Quit?" if unsent else "Quit?"
    if question is not None and not await screen.ask_for(QuitQuestion(question)):
        screen.say("Still here.")
        return
    screen.app.exit()
