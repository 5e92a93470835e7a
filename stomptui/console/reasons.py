"""Why a key may not do what it says right now: one pure function a reason, short, and what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console import guard, rule
from stomptui.render.span import span
from stomptui.stomp.events import Settlement
from stomptui.stomp.heartbeat import JUDGE_LATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from stomptui.console.view import Current, View

    Reason = Callable[[View], str | None]


def always(_view: View) -> str | None:
    """Refuse nothing."""
    return None


def live(reason: Reason) -> Reason:
    """Refuse in a recording; elsewhere, as `reason` does."""

    def why_not(view: View) -> str | None:
        if view.recorded is None:
            return reason(view)
        where = f" of {view.address}" if view.address else ""
        return f"This is a recording{where}; nothing can be sent. stomptui replay FILE URI sends it again."

    return why_not


def guarded(command: str, reason: Reason) -> Reason:
    """Refuse where the guard lets no `command` through; elsewhere, as `reason` does."""

    def why_not(view: View) -> str | None:
        return guard.why_not(view.guard, command) or reason(view)

    return why_not


def locked(view: View) -> str | None:
    """Refuse to unlock what is not locked."""
    if view.guard.locked:
        return None
    return "it is unlocked already" if view.guard.unlocked else "nothing is locked: --read-only does that"


def unlocked(view: View) -> str | None:
    """Refuse to lock again what was not unlocked."""
    if view.guard.unlocked:
        return None
    return "it is locked already" if view.guard.locked else "nothing was unlocked: --read-only locks"


def connected(view: View) -> str | None:
    """Refuse what sends a frame while there is no connection."""
    outage = view.outage
    if outage is None:
        return None
    if outage.due is None:
        return f"not connected: {view.retry} connects"
    at_once = "" if outage.trying(view.now) else f"; {view.retry} tries now"
    return f"no connection: {outage.words(view.now)}{at_once}"


def begun(view: View) -> str | None:
    """Refuse to end a transaction, or to stay outside, where none is open."""
    if view.outage is None and not view.state.transactions:
        return "no transaction is open: t, then b, begins one"
    return connected(view)


def beating(view: View) -> str | None:
    """Refuse to withhold heart-beats where none are sent."""
    if view.outage is not None:
        return connected(view)
    if view.state.beats.send is None:
        return "no heart-beats are in effect from here: ?heartbeat=10 in the URI asks for them"
    return None


def disconnected(view: View) -> str | None:
    """Refuse to connect while one is being made, or there is one of which nothing says that it is dead."""
    if view.outage is None:
        return None if silent(view) else f"there is a connection, {_heard(view)}"
    return view.outage.words(view.now) if view.outage.trying(view.now) else None


def silent(view: View) -> bool:
    """Say whether the broker owes something for too long: heart-beats, or a receipt."""
    heard, period = view.state.last_received, view.state.beats.receive
    if not view.alive or not view.reading or heard is None:
        return False
    late = period is not None and view.now - heard > JUDGE_LATE * period
    return late or bool(view.state.overdue(view.now))


def _heard(view: View) -> str:
    if not view.reading:
        return "and reading is stopped: nobody knows how it is"
    if view.state.beats.receive is None:
        return "without heart-beats; 4 p asks whether the broker lives"
    heard = view.state.last_received
    return f"and the broker was heard {span(0.0 if heard is None else view.now - heard)} ago"


def has_record(view: View) -> str | None:
    """Refuse what needs a record under the cursor while there is none."""
    return None if view.current is not None else "no frame under the cursor: up or u sets it"


def notable(view: View) -> str | None:
    """Refuse a note where there is nothing to write to."""
    if view.recorded is not None:
        return "a recording is only looked at: notes are made while it is recorded"
    return has_record(view)


def openable(view: View) -> str | None:
    """Refuse to open where nothing is under the cursor, or what leads to destinations but is none."""
    if view.pane != "subscriptions" or view.destination is not None:
        return None
    return "nothing to open under the cursor: up and down go on, left and right close and open the tree"


def has_sendable(view: View) -> str | None:
    """Refuse to send again what is neither a MESSAGE nor a SEND."""
    current = view.current
    if current is None:
        return has_record(view)
    if current.command not in ("MESSAGE", "SEND"):
        return (
            f"{_name(current)} is a {current.command or 'heart-beat'}: only MESSAGE and SEND are sent again"
        )
    return None


def settleable(view: View) -> str | None:
    """Refuse ACK and NACK where they cannot be sent, or would cost the connection.

    None does not say that something would be sent: with no cursor, or with the cursor out of view, the key
    only puts the cursor on the oldest unsettled message (`moves_first`).
    """
    if view.outage is not None:
        return connected(view)
    if view.selected:
        return None
    if moves_first(view):
        return None
    current = view.current
    if current is None or not current.in_view:
        return nothing_unsettled(view)
    return _settlement(view, current)


def nackable(view: View) -> str | None:
    """Refuse NACK where ACK is refused, and where the protocol has none."""
    if view.state.version == "1.0":
        return "STOMP 1.0 has no NACK"
    return settleable(view)


def settleable_up_to(view: View) -> str | None:
    """Refuse "ack up to here" where there is no single here, or nothing may be settled there."""
    if view.selected:
        return "up to here is about one message: escape ends the selection"
    return settleable(view)


def moves_first(view: View) -> bool:
    """Say whether a settling key would only put the cursor on the oldest unsettled message."""
    out_of_sight = view.current is None or not view.current.in_view
    return view.alive and not view.selected and out_of_sight and view.state.ledger.open > 0


def something_collected(view: View) -> str | None:
    """Refuse to take back, or to review, where nothing is collected."""
    if view.collected:
        return None
    how = "a, A and x collect now" if view.collecting else "+ begins to collect what a, A and x decide"
    return f"nothing is collected: {how}"


def ruled(view: View) -> str | None:
    """Refuse a rule where there is no subscription for one; one that runs can always be stopped."""
    if view.outage is not None or view.rules:
        return connected(view)
    found = rule.chosen(view.state, rule.meant(view))
    return found if isinstance(found, str) else None


def movable(view: View) -> str | None:
    """Refuse to move what cannot be acked, which is half of moving it."""
    if view.selected:
        return "one message is moved at a time: escape ends the selection"
    return settleable(view)


def nothing_unsettled(view: View) -> str | None:
    """Refuse to look for an unsettled message when there is none."""
    if view.recorded is not None:
        return None if view.recorded.unsettled else "nothing was left unsettled at the end of this recording"
    if view.state.ledger.open:
        return None
    if not view.state.subscriptions:
        return "nothing is unsettled, and nothing is subscribed: s subscribes"
    return "nothing is unsettled: no message awaits its ack"


def found(view: View) -> str | None:
    """Refuse to repeat a search that was never made."""
    return None if view.found else "nothing was looked for yet: / finds text"


def subscribed(view: View) -> str | None:
    """Refuse to unsubscribe where no live subscription is under the cursor."""
    name = view.subscription
    if name is None:
        return "no subscription under the cursor: s subscribes"
    awaited = next((one for one in view.awaited if one.id == name), None)
    if awaited is not None and (awaited.refused or view.outage is None or view.outage.due is not None):
        return None  # it leaves the list, and is not made again
    if view.outage is not None:
        return connected(view)
    subscription = view.state.subscriptions.get(name)
    if subscription is None or subscription.closed:
        return "already unsubscribed"
    if subscription.refused:
        return "the broker refused this subscription: there is nothing to end"
    return None


def stale(connection: int) -> str:
    """Say why a message of an earlier connection is not settled."""
    return f"came on connection {connection}, which has ended: a queue delivers it again"


def _settlement(view: View, current: Current) -> str | None:
    name = _name(current)
    if current.command != "MESSAGE" or current.to_broker:
        what = current.command or "heart-beat"
        to_do = "u goes to the oldest unsettled one" if view.state.ledger.open else "nothing is unsettled"
        return f"no message here, {name} is a {what}: {to_do}"
    match current.settlement:
        case Settlement.UNSETTLED:
            entry = view.state.ledger.get(current.number)
            return f"{name}: {entry.why_not}" if entry is not None and entry.why_not else None
        case Settlement.AUTO:
            return f"{name} is auto: the broker forgot it when it sent it"
        case Settlement.ACKED:
            return f"{name} is already acked"
        case Settlement.NACKED:
            return f"{name} is already nacked"
        case Settlement.STAGED:
            return f"{name} is already staged in a transaction: t commits or aborts it"
        case Settlement.LOST if current.connection != view.state.connection:
            return f"{name} {stale(current.connection)}"
        case Settlement.LOST:
            return f"{name} can be settled no more: its subscription has ended, or the broker refused it"
    return f"{name} belongs to no subscription made here: nothing to settle"


def _name(current: Current) -> str:
    return f"{current.number:05d}" if current.number else "this"
