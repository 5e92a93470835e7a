"""Send by hand: compose, send again with a change, move to another destination."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stomptui.console import reading
from stomptui.console.dialogs.compose import ComposeScreen
from stomptui.console.dialogs.draft import ComposeDraft, draft_from, parse_headers
from stomptui.console.dialogs.move import MoveRow
from stomptui.console.flows.agree import agree
from stomptui.console.flows.outcome import outcome
from stomptui.console.flows.plan import number_words, plan_settling
from stomptui.render.body import size
from stomptui.render.text import printable
from stomptui.stomp import frame as build
from stomptui.stomp.errors import ConnectionLost, StompError, TimedOut

if TYPE_CHECKING:
    from stomptui.capture.store import Record
    from stomptui.console.screen import MainScreen
    from stomptui.stomp.frame import Frame


async def compose(screen: MainScreen, record: Record | None = None) -> None:
    """Open the form, empty or kept, or filled from `record`, and send what comes back."""
    if record is not None and record.frame is not None:
        draft = draft_from(record.frame, screen.words, await reading.body_of(record.frame))
        title = f"from {number_words(record.number)}"
    else:
        draft = screen.draft or ComposeDraft(content_length=screen.client.state.dialect.content_length)
        title = ""
    state = screen.client.state
    form = ComposeScreen(
        draft,
        title=title,
        words=screen.words,
        transactions=tuple(state.transactions),
        joined=state.joined,
        why_not=lambda draft: _why_not(screen, draft),
    )
    answer = await screen.ask_for(form)
    kept = form.draft
    screen.draft = kept if kept.destination or kept.headers_text or kept.body else None
    if answer is None:
        screen.say("Nothing was sent; the draft is kept (c).")
        return
    state = screen.client.state
    staged = f", staged in {printable(answer.transaction)}," if answer.transaction is not None else ""
    what = f"SEND 1 message, {size(len(answer.body))}, to {printable(answer.destination)}{staged}"
    if not await agree(screen, ("SEND",), lambda: what):
        screen.say("Nothing was sent; the draft is kept (c).")
    elif not screen.gone(state):
        await _send(screen, answer)


def _why_not(screen: MainScreen, draft: ComposeDraft) -> str | None:
    if screen.offline is not None:
        return screen.offline
    name = draft.transaction
    if name is not None and name not in screen.client.state.transactions:
        return f"{printable(name)} has ended: choose another transaction, or none"
    return screen.client.session.why_not(_frame(screen, draft), join=False)


def _frame(screen: MainScreen, draft: ComposeDraft) -> Frame:
    return build.send(
        draft.destination,
        draft.body,
        headers=parse_headers(draft.headers_text).headers,
        receipt=screen.client.session.next_receipt() if draft.receipt else None,
        transaction=draft.transaction,
        content_length=draft.content_length,
    )


async def _send(screen: MainScreen, draft: ComposeDraft) -> None:
    try:
        sent = screen.client.transmit(_frame(screen, draft), join=False)
    except StompError as error:
        screen.say(f"Not sent: {error}", "error")
        return
    number = number_words(sent.number)
    where = printable(draft.destination)
    if draft.transaction is not None:
        screen.draft = None
        screen.say(
            f"SEND {number} to {where} staged in {printable(draft.transaction)}, not sent on until COMMIT."
        )
        return
    screen.say(f"SEND {number} to {where} written, no receipt asked.")
    if draft.receipt:
        answer = await outcome(sent)
        how = f"SEND {number} to {where} confirmed, " if answer.good else f"{number}, to {where}: "
        screen.say(f"{how}{answer.words}.", answer.severity)
        if not answer.good:
            return
    screen.draft = None


def _heard(answer: asyncio.Future[float]) -> None:
    """Take an answer that nobody waits for any more, so that asyncio does not complain of it."""
    if not answer.cancelled():
        answer.exception()


async def move(screen: MainScreen, record: Record) -> None:
    """Send a copy of `record` elsewhere and ACK it, both or neither, in a transaction of its own."""
    client, frame = screen.client, record.frame
    state = client.state
    plan = plan_settling(state, "ACK", [record.number])
    if frame is None or not plan.numbers:
        screen.say(f"Not moved: {'; '.join(plan.refused) or 'this is no message'}.", "warning")
        return
    if len(plan.covered) > 1:
        screen.say(
            f"Not moved: on a subscription in mode client the ACK would cover {len(plan.covered)} messages. "
            "Settle the earlier ones first, or subscribe in client-individual.",
            "warning",
        )
        return
    suggestion = screen.words.dead_letter_origin(frame) or ""
    destination = await screen.ask_for(MoveRow(number_words(record.number), suggestion))
    if not destination:
        screen.say("Nothing was moved.")
        return
    what, where = number_words(record.number), printable(destination)
    risk = screen.words.may_drop(destination)
    known = None if risk is None else f"Move {what} to {where}? {risk}."
    whole = f"Move {what}: SEND 1 message to {where}, ACK it and COMMIT"
    if not await agree(screen, ("SEND", "ACK", "COMMIT"), lambda: whole, known):
        screen.say("Nothing was moved.")
        return
    if screen.gone(state):
        return
    body = await reading.body_of(frame)
    draft = draft_from(frame, screen.words, body)
    committing = False
    screen.say(f"Moving {what} to {where} ...")
    try:
        async with client.transaction() as transaction:
            copy = await transaction.send(
                destination,
                body,
                headers=parse_headers(draft.headers_text).headers,
                content_length=draft.content_length,
                receipt=True,
            )
            confirmed = asyncio.ensure_future(copy)
            confirmed.add_done_callback(_heard)
            await transaction.ack(record.number)
            # COMMIT would settle the message though SEND was refused: its ERROR comes before these receipts.
            await client.ping()
            if confirmed.done():
                confirmed.result()
            committing = True
        await confirmed
    except StompError as error:
        # Without an answer to COMMIT nobody knows; all that failed before it left the message where it was.
        unknown = committing and isinstance(error, ConnectionLost | TimedOut)
        how = (
            f"Whether {what} was moved to {where} is unknown"
            if unknown
            else f"{what} was not moved to {where}"
        )
        screen.say(f"{how}: {error}", "error")
        return
    screen.settled()
    screen.say(f"{what} moved to {where}: SEND and ACK committed, confirmed by receipt.")
