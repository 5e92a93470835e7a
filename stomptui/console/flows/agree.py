"""Ask before something is sent, where the guard or what is sent wants it; unlock a guard, lock it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.keys import display, in_force
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from stomptui.console.screen import MainScreen


async def agree(
    screen: MainScreen, commands: tuple[str, ...], what: Callable[[], str], known: str | None = None
) -> bool:
    """Ask once before `commands` are sent, and say whether they may be.

    `what` tells them for a guard that asks; `known` is the question that is asked without one, None where
    nothing can surprise.
    """
    lock = screen.console.lock
    if not lock.guard.asks:
        return known is None or await screen.ask_for(ConfirmDialog(known)) is True
    connection = screen.client.state.connection
    details = () if known is None else (known.removesuffix(" Send?"),)
    agreed = await screen.ask_for(ConfirmDialog(f"{what()} at {_broker(screen)}?", *details))
    if agreed:
        lock.agree(frozenset(commands), connection)
    return agreed is True


async def unlock(screen: MainScreen) -> None:
    """Let a read-only console send until it is locked again, after a question."""
    key = display(in_force(screen.app)["session.lock"].keys[0])
    question = f"Unlock {_broker(screen)}? Until {key} locks it again, keys send what they say."
    if not await screen.ask_for(ConfirmDialog(question)):
        screen.say("Still read-only.")
        return
    screen.console.guard_with(unlocked=True)
    screen.say(f"Unlocked: {key} locks it again.", "warning")


def lock(screen: MainScreen) -> None:
    """Make the console read-only again."""
    screen.console.guard_with(unlocked=False)
    screen.ruling.stop("the console was locked")
    left = ", ".join(screen.state.transactions)
    words = f" What is staged in {printable(left)} stays so until it is unlocked." if left else ""
    screen.say(f"Read-only again.{words}")


def _broker(screen: MainScreen) -> str:
    return f"{printable(screen.client.endpoint.address)} ({printable(screen.words.name)})"
