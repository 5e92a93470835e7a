"""The key table itself: one row a key, one line a row."""

# ruff: noqa: E501 (a row stays one line, however long: that is what makes it a table)
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stomptui.console import reasons

if TYPE_CHECKING:
    from stomptui.console.reasons import Reason

ALL, MAIN, FORMS = "all", "main", "forms"


@dataclass(frozen=True, slots=True)
class Key:
    """What some keys do, where, in which words, and why they may not."""

    id: str
    keys: tuple[str, ...]
    """As people write them: `G`, `/`, `ctrl+q`, `pageup`."""
    action: str
    """What Textual runs: `screen.key('ID')` wherever the main screen decides, else an action of the place."""
    words: str
    tooltip: str
    group: str
    where: tuple[str, ...] = (MAIN,)
    why_not: Reason = reasons.always
    priority: bool = False
    live: bool = False
    """Whether it needs a broker: in a recording it is refused."""
    sends: str = ""
    """The command of the frame that it leads to, for the guard; the first that is refused, of several.

    HEART-BEAT stands for heart-beats that are not sent as promised.
    """


_GROUPS = {
    "app": "Console",
    "pane": "Panes",
    "feed": "Feed",
    "settle": "Settle",
    "message": "Message",
    "subscription": "Subscriptions",
    "compose": "Compose",
    "transaction": "Transactions",
    "session": "Session",
    "form": "Forms",
    "subscribe": "Forms",
    "export": "Forms",
    "collect": "Settle",
    "review": "Forms",
    "rule": "Forms",
}


def _row(
    name: str,
    keys: str,
    words: str,
    tooltip: str,
    where: str = MAIN,
    why_not: Reason = reasons.always,
    *,
    action: str = "",
    priority: bool = False,
    live: bool = False,
    sends: str = "",
) -> Key:
    if sends:
        why_not = reasons.guarded(sends, why_not)
    return Key(
        name,
        tuple(keys.split()),
        action or f"screen.key('{name}')",
        words,
        tooltip,
        _GROUPS[name.partition(".")[0]],
        tuple(where.split()),
        reasons.live(why_not) if live else why_not,
        priority,
        live,
        sends,
    )


# fmt: off
_ROWS = (
    _row("settle.ack", "a", "Ack", "Acknowledge this message, or the selected ones", MAIN, reasons.settleable, live=True, sends="ACK"),
    _row("settle.ack_to", "A", "Ack up to here", "Acknowledge every unsettled message up to here; asks first", MAIN, reasons.settleable_up_to, live=True, sends="ACK"),
    _row("settle.nack", "x", "Nack...", "Refuse this message: the next key says what becomes of it", MAIN, reasons.nackable, live=True, sends="NACK"),
    _row("collect.toggle", "+", "Collect", "Collect what a, A and x decide instead of sending it; again ends that", MAIN, reasons.connected, live=True),
    _row("collect.back", "-", "Take back", "Take back the decision that was collected last: nothing of it was sent", MAIN, reasons.something_collected, live=True),
    _row("collect.review", "=", "Review...", "Look through what is collected, change it, send it together or in one transaction", MAIN, reasons.something_collected, live=True),
    _row("settle.rule", "S", "Settle by rule...", "Settle by itself what an expression finds in a subscription; while that goes on, stop it", MAIN, reasons.ruled, live=True, sends="ACK"),
    _row("feed.unsettled", "u", "Next unsettled", "Stop following and go to the next unsettled message", MAIN, reasons.nothing_unsettled),
    _row("feed.unsettled_previous", "U", "Previous unsettled", "Go to the unsettled message before", MAIN, reasons.nothing_unsettled),
    _row("feed.find", "/", "Find", "Find text in every frame, also when it has scrolled away"),
    _row("feed.find_next", "n", "Find next", "Go to the next frame with that text", MAIN, reasons.found),
    _row("feed.find_previous", "N", "Find previous", "Go to the frame with that text before", MAIN, reasons.found),
    _row("feed.filter", "f", "Filter", "Show only the frames for which an expression holds, those still to come too"),
    _row("feed.up", "up k", "Up", "Move up by one", "feed message subscriptions workbench", action="up"),
    _row("feed.down", "down j", "Down", "Move down by one", "feed message subscriptions workbench", action="down"),
    _row("feed.page_up", "pageup ctrl+u", "Page up", "Move up by a page", "feed message subscriptions workbench", action="page_up"),
    _row("feed.page_down", "pagedown ctrl+d", "Page down", "Move down by a page", "feed message subscriptions workbench", action="page_down"),
    _row("feed.top", "g home", "Oldest", "Go to the oldest frame that is kept; elsewhere, to the top", "feed message subscriptions workbench", action="home"),
    _row("feed.follow", "G end", "Follow", "Follow what arrives; elsewhere, go to the end", "feed message subscriptions workbench", action="end"),
    _row("feed.select", "space", "Select", "Select this message, or let it go", "feed", reasons.has_record),
    _row("feed.extend_up", "shift+up", "Select up", "Extend the selection upwards", "feed", reasons.has_record),
    _row("feed.extend_down", "shift+down", "Select down", "Extend the selection downwards", "feed", reasons.has_record),
    _row("feed.select_all", "*", "Select all", "Select every unsettled message that is shown; after a search, those that match", "feed", reasons.nothing_unsettled),
    _row("feed.beats", "b", "Heart-beats", "Show heart-beats in the feed, or hide them"),
    _row("feed.stop", "P", "Stop reading", "Stop reading from the broker, or go on: it keeps what is beyond the prefetch", MAIN, reasons.connected, live=True),
    _row("message.open", "enter", "Open", "Look into this frame; on a destination, show its frames alone", "feed message subscriptions workbench", reasons.openable),
    _row("message.view", "v", "View", "Show the body as pretty, text, hex or on the wire; in Subscriptions, the destinations"),
    _row("message.wire", "W", "Wire", "Show the octets of both directions, frame after frame, and what departs from the version; again, the message"),
    _row("message.headers", "h", "All headers", "Show the headers that the broker set, or fold them"),
    _row("message.resend", "r", "Resend...", "Compose a message from this one", MAIN, reasons.has_sendable, live=True, sends="SEND"),
    _row("message.move", "m", "Move...", "Send this message elsewhere and ack it, in one transaction", MAIN, reasons.movable, live=True, sends="SEND"),
    _row("message.earlier", "[", "Earlier delivery", "Go to the delivery of this message before this one", MAIN, reasons.has_record),
    _row("message.later", "]", "Later delivery", "Go to the delivery of this message after this one", MAIN, reasons.has_record),
    _row("message.copy", "y", "Copy body", "Copy the body, byte-exact", MAIN, reasons.has_record),
    _row("message.copy_frame", "Y", "Copy frame", "Copy the whole frame, as it was on the wire", MAIN, reasons.has_record),
    _row("message.copy_as", "C", "Copy as...", "Copy it as a stomptui send, as Python or as it was on the wire: the next key says which", MAIN, reasons.has_record),
    _row("message.save", "w", "Write to file", "Write the body to a file, byte-exact", MAIN, reasons.has_record),
    _row("message.note", "#", "Note...", "Write something down of this frame; the recording keeps it", MAIN, reasons.notable),
    _row("message.pager", "o", "Pager", "Look at the body in $PAGER; the connection goes on", MAIN, reasons.has_record),
    _row("feed.export", "e", "Export...", "Write frames to a file: all, those of the filter or the selected ones, with parts of them removed"),
    _row("subscription.add", "s", "Subscribe", "Subscribe to a destination; says first what that does there", MAIN, reasons.connected, live=True, sends="SUBSCRIBE"),
    _row("subscription.remove", "delete", "Unsubscribe", "End this subscription", "subscriptions", reasons.subscribed, live=True, sends="UNSUBSCRIBE"),
    _row("subscription.fold", "left", "Close", "Close this part of the tree of destinations, or go to what it is in", "subscriptions", action="fold"),
    _row("subscription.unfold", "right", "Open", "Open this part of the tree of destinations, or go into it", "subscriptions", action="unfold"),
    _row("compose.open", "c", "Compose", "Compose a message, or go on with the draft", live=True, sends="SEND"),
    _row("transaction.menu", "t", "Transaction", "Begin, commit, abort, join: the next key says which", MAIN, reasons.connected, live=True, sends="COMMIT"),
    _row("transaction.workbench", "T", "Transactions", "Show the open transactions with what is staged in each, in the place of the session; again, the session"),
    _row("transaction.join_next", "J", "Join next", "Have new frames join the next open transaction, or none", MAIN, reasons.begun, live=True, sends="BEGIN"),
    _row("session.ping", "p", "Ping", "Ask the broker for two receipts: BEGIN and ABORT, no queue is touched", "session", reasons.connected, live=True, sends="BEGIN"),
    _row("session.broker", "i", "Broker", "What was agreed with this broker, what it does, its destinations and headers"),
    _row("session.withhold", "B", "Withhold heart-beats", "Send no heart-beats for a while, to see the broker close the connection; again ends it; asks first", "session", reasons.beating, live=True, sends="HEART-BEAT"),
    _row("session.delay", "D", "Delay heart-beats", "Send each heart-beat a period later for a while; again ends it; asks first", "session", reasons.beating, live=True, sends="HEART-BEAT"),
    _row("session.reconnect", "R", "Reconnect now", "Connect again now, though the next try is not due or there would be none", MAIN, reasons.disconnected, live=True, sends="CONNECT"),
    _row("session.unlock", "!", "Unlock", "Let a read-only console send; asks first", MAIN, reasons.locked, live=True),
    _row("session.lock", "L", "Lock", "Make an unlocked console read-only again", MAIN, reasons.unlocked, live=True),
    _row("pane.subscriptions", "1", "Go to Subscriptions", "Go to the subscriptions"),
    _row("pane.feed", "2", "Go to Feed", "Go to the feed"),
    _row("pane.message", "3", "Go to Message", "Go to the message"),
    _row("pane.session", "4", "Go to Session", "Go to transactions, receipts, heart-beats and the broker"),
    _row("pane.ledger", "l", "Ledger", "Go to the ledger of unsettled messages, with what an ACK of each carries; again goes to the feed"),
    _row("pane.zoom", "z", "Zoom", "Give this pane the whole screen, or give it back"),
    _row("pane.next", "tab", "Next pane", "Go to the next pane"),
    _row("pane.previous", "shift+tab", "Previous pane", "Go to the pane before"),
    _row("app.help", "? f1", "Keys", "Show every key"),
    _row("app.back", "escape q", "Back", "End what is open: selection, zoom, pane; then ask to quit"),
    _row("app.palette", "ctrl+p", "Commands", "Find a command by its name", ALL, priority=True, action="command_palette"),
    _row("app.quit", "ctrl+q", "Quit", "Quit; asks first when something would be lost", ALL, priority=True, action="quit"),
    _row("transaction.begin", "b", "Begin", "Begin a transaction: while it is the only one, new frames join it", "transaction", reasons.connected, action="begin", live=True, sends="COMMIT"),
    _row("transaction.begin_named", "B", "Begin named...", "Begin a transaction under a name", "transaction", reasons.connected, action="begin_named", live=True, sends="COMMIT"),
    _row("transaction.commit", "c", "Commit", "Commit: everything staged takes effect", "transaction", reasons.begun, action="commit", live=True, sends="COMMIT"),
    _row("transaction.abort", "x", "Abort", "Abort: sends are dropped, acks are undone", "transaction", reasons.begun, action="abort", live=True, sends="ABORT"),
    _row("transaction.join", "1 2 3 4 5 6 7 8 9", "Join", "Have new frames join that transaction", "transaction", action="join"),
    _row("transaction.outside", "o", "Outside", "Keep new frames outside any transaction", "transaction", reasons.begun, action="outside", live=True, sends="BEGIN"),
    _row("compose.send", "f5 ctrl+r", "Send", "Send the message", "compose", action="send"),
    _row("compose.editor", "f4 ctrl+o", "Editor", "Edit the body in $EDITOR; the connection goes on", "compose", action="editor"),
    _row("compose.file", "f3 ctrl+g", "File", "Replace the body by a file, byte-exact", "compose", action="file"),
    _row("compose.transaction", "ctrl+t f2", "Transaction", "Choose the transaction that the message joins", "compose", action="transaction"),
    _row("subscribe.send", "f5 ctrl+r", "Subscribe", "Subscribe as the form says", "subscribe", action="send"),
    _row("export.send", "f5 ctrl+r", "Export", "Export as the form says", "export", action="send"),
    _row("rule.send", "f5 ctrl+r", "Start", "Start the rule, once it has been seen what it would do", "rule", action="send"),
    _row("review.send", "f5 ctrl+r", "Send together", "Send all, in this order, with one receipt at the end", "review", action="send"),
    _row("review.transaction", "ctrl+t", "In one transaction", "Send all in one transaction: BEGIN, all of them, COMMIT, each with a receipt", "review", action="transaction"),
    _row("review.ack", "a", "Ack", "Make this one an ACK", "review", action="ack"),
    _row("review.nack", "x", "Nack...", "Make this one a NACK: the next key says what becomes of the message", "review", action="nack"),
    _row("review.remove", "delete -", "Take out", "Take this one out: it stays unsettled", "review", action="remove"),
    _row("review.clear", "X", "Take out all", "Take all out; asks first", "review", action="clear"),
    _row("review.up", "up k", "Up", "Move up by one", "review", action="move(-1)"),
    _row("review.down", "down j", "Down", "Move down by one", "review", action="move(1)"),
    _row("review.page_up", "pageup ctrl+u", "Page up", "Move up by a page", "review", action="page(-1)"),
    _row("review.page_down", "pagedown ctrl+d", "Page down", "Move down by a page", "review", action="page(1)"),
    _row("review.first", "home g", "First", "Go to the first", "review", action="first"),
    _row("review.last", "end G", "Last", "Go to the last", "review", action="last"),
    _row("form.next", "tab", "Next", "Go to the next field", FORMS, action="app.focus_next"),
    _row("form.previous", "shift+tab", "Previous", "Go to the field before", FORMS, action="app.focus_previous"),
    _row("form.help", "f1", "Keys", "Show the keys of this form", FORMS, action="help"),
    _row("form.back", "escape", "Back", "Leave the form; what was typed is kept where it says so", FORMS, action="back"),
)
# fmt: on

KEYS: dict[str, Key] = {row.id: row for row in _ROWS}
