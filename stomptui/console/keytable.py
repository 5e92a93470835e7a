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
    words: str
    tooltip: str
    group: str
    where: tuple[str, ...] = (MAIN,)
    why_not: Reason = reasons.always
    priority: bool = False


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
}


def _row(
    name: str,
    keys: str,
    action: str,
    words: str,
    tooltip: str,
    where: str = MAIN,
    why_not: Reason = reasons.always,
    priority: bool = False,
) -> Key:
    group = _GROUPS[name.partition(".")[0]]
    return Key(
        name, tuple(keys.split()), action, words, tooltip, group, tuple(where.split()), why_not, priority
    )


# fmt: off
KEYS: tuple[Key, ...] = (
    _row("settle.ack", "a", "ack", "Ack", "Acknowledge this message, or the selected ones", MAIN, reasons.settleable),
    _row("settle.ack_to", "A", "ack_to", "Ack up to here", "Acknowledge every unsettled message up to here; asks first", MAIN, reasons.settleable_up_to),
    _row("settle.nack", "x", "nack", "Nack...", "Refuse this message: the next key says what becomes of it", MAIN, reasons.settleable),
    _row("feed.unsettled", "u", "unsettled", "Next unsettled", "Stop following and go to the next unsettled message", MAIN, reasons.nothing_unsettled),
    _row("feed.unsettled_previous", "U", "unsettled_previous", "Previous unsettled", "Go to the unsettled message before", MAIN, reasons.nothing_unsettled),
    _row("feed.find", "/", "find", "Find", "Find text in every frame, also when it has scrolled away"),
    _row("feed.find_next", "n", "find_next", "Find next", "Go to the next frame with that text", MAIN, reasons.found),
    _row("feed.find_previous", "N", "find_previous", "Find previous", "Go to the frame with that text before", MAIN, reasons.found),
    _row("feed.up", "up k", "up", "Up", "Move up by one", "feed subscriptions"),
    _row("feed.down", "down j", "down", "Down", "Move down by one", "feed subscriptions"),
    _row("feed.page_up", "pageup ctrl+u", "page_up", "Page up", "Move up by a page", "feed message"),
    _row("feed.page_down", "pagedown ctrl+d", "page_down", "Page down", "Move down by a page", "feed message"),
    _row("feed.top", "g home", "top", "Oldest", "Go to the oldest frame that is kept", "feed"),
    _row("feed.follow", "G end", "follow", "Follow", "Follow what arrives", "feed"),
    _row("feed.select", "space", "select", "Select", "Select this message, or let it go", "feed", reasons.has_record),
    _row("feed.extend_up", "shift+up", "extend_up", "Select up", "Extend the selection upwards", "feed", reasons.has_record),
    _row("feed.extend_down", "shift+down", "extend_down", "Select down", "Extend the selection downwards", "feed", reasons.has_record),
    _row("feed.select_all", "*", "select_all", "Select all", "Select every unsettled message; after a search, those that match", "feed", reasons.nothing_unsettled),
    _row("feed.beats", "b", "beats", "Heart-beats", "Show heart-beats in the feed, or hide them"),
    _row("feed.stop", "P", "stop_reading", "Stop reading", "Stop reading from the broker, or go on: it keeps what is beyond the prefetch", MAIN, reasons.connected),
    _row("message.open", "enter", "open", "Open", "Look into this frame", "feed"),
    _row("message.view", "v", "view", "View", "Show the body as pretty, text, hex or on the wire"),
    _row("message.headers", "h", "headers", "All headers", "Show the headers that the broker set, or fold them"),
    _row("message.resend", "r", "resend", "Resend...", "Compose a message from this one", MAIN, reasons.has_sendable),
    _row("message.move", "m", "move", "Move...", "Send this message elsewhere and ack it, in one transaction", MAIN, reasons.movable),
    _row("message.copy", "y", "copy", "Copy body", "Copy the body, byte-exact", MAIN, reasons.has_record),
    _row("message.copy_frame", "Y", "copy_frame", "Copy frame", "Copy the whole frame, as it was on the wire", MAIN, reasons.has_record),
    _row("message.save", "w", "save", "Write to file", "Write the body to a file, byte-exact", MAIN, reasons.has_record),
    _row("message.pager", "o", "pager", "Pager", "Look at the body in $PAGER; the connection goes on", MAIN, reasons.has_record),
    _row("subscription.add", "s", "subscribe", "Subscribe", "Subscribe to a destination; says first what that does there", MAIN, reasons.connected),
    _row("subscription.remove", "delete", "unsubscribe", "Unsubscribe", "End this subscription", "subscriptions", reasons.subscribed),
    _row("compose.open", "c", "compose_message", "Compose", "Compose a message, or go on with the draft", MAIN, reasons.connected),
    _row("transaction.menu", "t", "transaction", "Transaction", "Begin, commit, abort, join: the next key says which", MAIN, reasons.connected),
    _row("session.ping", "p", "ping", "Ping", "Ask the broker for two receipts: BEGIN and ABORT, no queue is touched", "session", reasons.connected),
    _row("pane.subscriptions", "1", "pane('subscriptions')", "Go to Subscriptions", "Go to the subscriptions"),
    _row("pane.feed", "2", "pane('feed')", "Go to Feed", "Go to the feed"),
    _row("pane.message", "3", "pane('message')", "Go to Message", "Go to the message"),
    _row("pane.session", "4", "pane('session')", "Go to Session", "Go to transactions, receipts, heart-beats and the broker"),
    _row("pane.zoom", "z", "zoom", "Zoom", "Give this pane the whole screen, or give it back"),
    _row("pane.next", "tab", "app.focus_next", "Next pane", "Go to the next pane, or field", ALL),
    _row("pane.previous", "shift+tab", "app.focus_previous", "Previous pane", "Go to the pane, or field, before", ALL),
    _row("app.help", "? f1", "help", "Keys", "Show every key"),
    _row("app.back", "escape q", "back", "Back", "End what is open: selection, zoom, pane; then ask to quit"),
    _row("app.palette", "ctrl+p", "command_palette", "Commands", "Find a command by its name", ALL, priority=True),
    _row("app.quit", "ctrl+q", "quit", "Quit", "Quit; asks first when something would be lost", ALL, priority=True),
    _row("transaction.begin", "b", "begin", "Begin", "Begin a transaction: while it is the only one, new frames join it", "transaction"),
    _row("transaction.begin_named", "B", "begin_named", "Begin named...", "Begin a transaction under a name", "transaction"),
    _row("transaction.commit", "c", "commit", "Commit", "Commit: everything staged takes effect", "transaction"),
    _row("transaction.abort", "x", "abort", "Abort", "Abort: sends are dropped, acks are undone", "transaction"),
    _row("transaction.join", "1 2 3 4 5 6 7 8 9", "join", "Join", "Have new frames join that transaction", "transaction"),
    _row("transaction.outside", "o", "outside", "Outside", "Keep new frames outside any transaction", "transaction"),
    _row("compose.send", "f5 ctrl+r", "send", "Send", "Send the message", "compose"),
    _row("compose.editor", "f4 ctrl+o", "editor", "Editor", "Edit the body in $EDITOR; the connection goes on", "compose"),
    _row("compose.file", "f3 ctrl+g", "file", "File", "Replace the body by a file, byte-exact", "compose"),
    _row("compose.transaction", "ctrl+t f2", "transaction", "Transaction", "Choose the transaction that the message joins", "compose"),
    _row("subscribe.send", "f5 ctrl+r", "send", "Subscribe", "Subscribe as the form says", "subscribe"),
    _row("form.help", "f1", "help", "Keys", "Show the keys of this form", FORMS),
    _row("form.back", "escape", "back", "Back", "Leave the form; what was typed is kept where it says so", FORMS),
)
# fmt: on
