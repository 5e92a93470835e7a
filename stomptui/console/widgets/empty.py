"""What the feed says while there is nothing to see: what to do next, or why nothing comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from stomptui.brokers.words import is_copy
from stomptui.console.keys import KEYS, display
from stomptui.console.widgets.filtered import empty_words
from stomptui.render.span import span
from stomptui.render.text import printable
from stomptui.stomp.phase import Phase

if TYPE_CHECKING:
    from stomptui.console.view import View
    from stomptui.stomp.subscription import Subscription

LISTED = 3
"""Subscriptions of which the feed says why nothing comes; the subscriptions pane has the rest."""


def hint(view: View) -> Content | None:
    """What stands below the rows; None once a message came, or when nothing can come."""
    if view.filtered is not None:
        return None if view.filtered.found else Content(empty_words(view.filtered))
    if view.recorded is not None:
        return Content("Nothing was recorded.") if view.recorded.wall is None else None
    state = view.state
    subscriptions = [one for one in state.subscriptions.values() if not one.refused]
    if state.phase is not Phase.CONNECTED or any(one.delivered for one in subscriptions) or view.awaited:
        return None
    live = [one for one in subscriptions if not one.closed]
    if live and state.predecessor is not None:
        return None  # what came before stands above: a hint would move it
    if live:
        return Content("\n").join([_waiting(view, one) for one in live[:LISTED]])
    return _nothing(view)


def _nothing(view: View) -> Content:
    state = view.state
    server = printable(state.server or view.words.name).replace("/", " ")
    user = f" as {printable(state.login)}" if state.login else ""
    host = f", vhost {printable(state.host)!r}" if state.host else ""
    forms = "  ".join(f"{form} ({meaning})" for form, meaning in view.words.examples[:LISTED])
    return Content("\n").join(
        [
            Content(f"Connected to {server}{user}{host}. Nothing is subscribed."),
            Content.assemble(*_key("subscription.add", "subscribe"), (f"   {printable(forms)}", "$muted")),
            Content.assemble(
                *_key("compose.open", "compose and send"),
                *_key("app.help", "all keys"),
                *_key("app.quit", "quit"),
            ),
        ]
    )


def _key(name: str, words: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (f"  {display(KEYS[name].keys[0])}", "$key $key-style"), (f"  {words}", "")


def _waiting(view: View, one: Subscription) -> Content:
    name = printable(one.destination)
    if one.confirmed is None:
        return Content(f"{name}: asked {span(view.now - one.time)} ago, not confirmed yet.")
    host = f", vhost {printable(view.state.host)!r}" if view.state.host else ""
    if is_copy(view.words.destination_kind(one.destination)):
        why = "Nothing was published since, or it is another vhost."
    else:
        why = "Empty, taken by another consumer, or another vhost."
    return Content(f"{name} confirmed {span(view.now - one.confirmed)} ago, 0 messages{host}. {why}")
