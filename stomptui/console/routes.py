"""What each key of the table does on the main screen: one row a key, by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console import places
from stomptui.console.flows import (
    agree,
    chain,
    collect,
    copy_as,
    export,
    find,
    keep,
    leave,
    ledger,
    look,
    note,
    only,
    reconnect,
    review,
    rule,
    send,
    settle,
    subscribe,
    transaction,
    unruly,
    wire,
    workbench,
)
from stomptui.console.looked_at import settling_target
from stomptui.console.panes.subscriptions import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from stomptui.capture.store import Record
    from stomptui.console.screen import MainScreen

    Settling = Callable[..., Coroutine[object, object, None]]
    OnRecord = Callable[[MainScreen, Record], Coroutine[object, object, None]]


def _settling(flow: Settling, collecting: Settling) -> Callable[[MainScreen], None]:
    """Settle what is looked at, and nothing else; while decisions are collected, only note that."""

    def run(screen: MainScreen) -> None:
        target = settling_target(screen)
        if target is not None:
            ids, out_of_view = target
            chosen = collecting if screen.collecting.on else flow
            screen.flow(chosen(screen, ids, out_of_view=out_of_view))

    return run


def _up_to(screen: MainScreen) -> None:
    target = settling_target(screen, selection=False)
    if target is not None:
        up_to = collect.ack_up_to if screen.collecting.on else settle.ack_up_to
        screen.flow(up_to(screen, target[0][0]))


def _move(screen: MainScreen) -> None:
    target = settling_target(screen, selection=False)
    record = screen.capture.brief(target[0][0]) if target is not None else None
    if record is not None:
        screen.flow(_with_whole(send.move, screen, record))


def _on_record(flow: OnRecord) -> Callable[[MainScreen], None]:
    def run(screen: MainScreen) -> None:
        record = screen.record
        if record is not None:
            screen.flow(_with_whole(flow, screen, record))

    return run


async def _with_whole(flow: OnRecord, screen: MainScreen, record: Record) -> None:
    """Do `flow` once all octets of a large record are here."""
    whole = await screen.whole(record)
    if whole is not None:
        await flow(screen, whole)


def _view(screen: MainScreen) -> None:
    """Look in the next way at what the pane in focus shows; beside Subscriptions that is the message."""
    if screen.pane == "subscriptions":
        screen.subscriptions.next_view()
    elif screen.wire.on:
        screen.wire.next_view()
    else:
        screen.message.next_view()


def _open(screen: MainScreen) -> None:
    destination = screen.subscriptions.destination
    if screen.pane == "subscriptions" and screen.subscriptions.way is Shown.LEDGER:
        places.focus(screen, "feed")
    elif screen.pane == "session" and screen.workbench.on:
        workbench.open_frame(screen)
    elif screen.pane != "subscriptions":
        wire.leave(screen, "message")
        places.focus(screen, "message")
    elif destination is not None:
        only.frames_of(screen, destination)


def _back(screen: MainScreen) -> None:
    """End a search that goes on, or leave one level."""
    if not find.stop(screen) and not wire.back(screen) and not workbench.back(screen):
        places.back(screen)


def _unsubscribe(screen: MainScreen) -> None:
    current = screen.subscriptions.current
    if current is not None:
        screen.flow(subscribe.unsubscribe(screen, current))


ROUTES: dict[str, Callable[[MainScreen], object]] = {
    "app.quit": lambda screen: screen.flow(leave.ask_to_quit(screen)),
    "app.palette": lambda screen: screen.app.action_command_palette(),
    "app.help": lambda screen: screen.flow(look.show_help(screen)),
    "app.back": _back,
    "pane.next": lambda screen: places.focus(screen, by=1),
    "pane.previous": lambda screen: places.focus(screen, by=-1),
    "pane.subscriptions": lambda screen: places.focus(screen, "subscriptions"),
    "pane.feed": lambda screen: places.focus(screen, "feed"),
    "pane.message": lambda screen: places.focus(screen, "message"),
    "pane.session": lambda screen: places.focus(screen, "session"),
    "pane.ledger": lambda screen: ledger.toggle(screen),
    "pane.zoom": lambda screen: places.zoom(screen),
    "feed.unsettled": lambda screen: look.next_unsettled(screen),
    "feed.unsettled_previous": lambda screen: look.next_unsettled(screen, backwards=True),
    "feed.follow": lambda screen: screen.feed.follow(),
    "feed.top": lambda screen: screen.feed.top(),
    "feed.page_up": lambda screen: screen.feed.action_page_up(),
    "feed.page_down": lambda screen: screen.feed.action_page_down(),
    "feed.select": lambda screen: look.select(screen),
    "feed.extend_up": lambda screen: screen.feed.extend(-1),
    "feed.extend_down": lambda screen: screen.feed.extend(1),
    "feed.select_all": lambda screen: look.select_all(screen),
    "feed.find": lambda screen: screen.flow(find.find(screen)),
    "feed.find_next": lambda screen: find.find_next(screen),
    "feed.find_previous": lambda screen: find.find_next(screen, backwards=True),
    "feed.filter": lambda screen: screen.flow(only.ask(screen)),
    "feed.export": lambda screen: screen.flow(export.export(screen)),
    "feed.beats": lambda screen: look.toggle_beats(screen),
    "feed.stop": lambda screen: look.toggle_reading(screen),
    "settle.ack": _settling(settle.ack, collect.ack),
    "settle.ack_to": _up_to,
    "settle.nack": _settling(settle.nack, collect.nack),
    "collect.toggle": lambda screen: collect.toggle(screen),
    "collect.back": lambda screen: collect.take_back(screen),
    "collect.review": lambda screen: screen.flow(review.review(screen)),
    "settle.rule": lambda screen: screen.flow(rule.rule(screen)),
    "message.open": _open,
    "message.view": _view,
    "message.wire": wire.toggle,
    "message.headers": lambda screen: screen.message.toggle_headers(),
    "message.resend": _on_record(send.compose),
    "message.move": _move,
    "message.note": _on_record(note.note),
    "message.earlier": lambda screen: chain.earlier(screen),
    "message.later": lambda screen: screen.flow(chain.later(screen)),
    "message.copy": _on_record(keep.copy),
    "message.copy_frame": _on_record(keep.copy_frame),
    "message.copy_as": _on_record(copy_as.ask),
    "message.save": _on_record(keep.save),
    "message.pager": _on_record(keep.page),
    "subscription.add": lambda screen: screen.flow(subscribe.form(screen)),
    "subscription.remove": _unsubscribe,
    "compose.open": lambda screen: screen.flow(send.compose(screen)),
    "transaction.menu": lambda screen: screen.flow(transaction.menu(screen)),
    "transaction.begin": lambda screen: screen.flow(transaction.menu(screen, "begin")),
    "transaction.begin_named": lambda screen: screen.flow(transaction.menu(screen, "begin_named")),
    "transaction.commit": lambda screen: screen.flow(transaction.menu(screen, "commit")),
    "transaction.abort": lambda screen: screen.flow(transaction.menu(screen, "abort")),
    "transaction.outside": lambda screen: screen.flow(transaction.menu(screen, "outside")),
    "transaction.workbench": workbench.toggle,
    "transaction.join_next": workbench.join_next,
    "session.broker": lambda screen: screen.flow(look.show_broker(screen)),
    "session.ping": lambda screen: screen.flow(look.ping(screen)),
    "session.withhold": lambda screen: screen.flow(unruly.withhold(screen)),
    "session.delay": lambda screen: screen.flow(unruly.delay(screen)),
    "session.unlock": lambda screen: screen.flow(agree.unlock(screen)),
    "session.lock": lambda screen: agree.lock(screen),
    "session.reconnect": lambda screen: screen.flow(reconnect.reconnect(screen), "reconnect"),
}
