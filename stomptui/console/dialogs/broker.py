"""What was agreed with the broker, and what it does: for whoever is about to do something there."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.content import Content

from stomptui.brokers.facts import Known
from stomptui.console.dialogs.page import PageScreen
from stomptui.render.span import period
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stomptui.brokers import Words
    from stomptui.console.view import View
    from stomptui.stomp.limits import Limits
    from stomptui.stomp.state import State

NAME_WIDTH = 24
BESIDE = 30
"""Cells without which the words stand below their name."""
COMMANDS = ("SEND", "SUBSCRIBE", "MESSAGE", "ACK", "NACK", "UNSUBSCRIBE", "CONNECT", "CONNECTED")
"""Whose headers are told, the ones that people write most first."""
UNSEEN = "as its manual or its source says, not seen on a running one"

Entry = tuple[str, str]
"""A name and what is said of it."""


def broker_entries(view: View, limits: Limits | None = None) -> Iterator[tuple[str, list[Entry]]]:
    """Say what is known, a title and its entries at a time; `limits` are those of this end."""
    words = view.words
    yield "Agreed", list(_agreed(view, view.state))
    yield f"What {words.name} does", list(_habits(words, view.state.patience))
    yield "Limits", list(_limits(words, limits))
    places = [(each.form, f"{each.kind}: {each.meaning}{_doubt(each.known)}") for each in words.destinations]
    yield "Destinations", places or list(words.examples)
    for command in COMMANDS:
        headers = [
            (each.name, _header(each.meaning, each.values, each.required, each.taken) + _doubt(each.known))
            for each in words.headers_of(command)
        ]
        if headers:
            yield f"Headers of {command}", headers


def _agreed(view: View, state: State) -> Iterator[Entry]:
    yield "versions", f"asked for {', '.join(map(printable, state.asked_versions))}"
    yield "", f"STOMP {printable(state.version)} granted" if state.version else "none granted yet"
    yield "server", printable(state.server or f"not named; taken for {view.words.name}")
    if state.session_id:
        yield "session", printable(state.session_id)
    yield "virtual host", printable(state.host or "none was named")
    if state.login is not None:
        yield "login", printable(state.login)
    else:
        who = view.words.without_login
        yield "login", f"none was given: {who}" if who else "none was given"
    for name, who, (sends, wants) in (("heart-beats", "we", state.asked), ("", "it", state.offered)):
        plural = "s" if who == "it" else ""
        yield name, f"{who} offer{plural} {period(sends)}, want{plural} {period(wants)}"
    send, receive = state.beats.send, state.beats.receive
    both = [f"{seconds:g}s" if seconds else "none" for seconds in (send, receive)]
    yield "", f"in effect {both[0]} out, {both[1]} in: the longer of what one offers and the other wants"
    if state.beats_mark:
        yield "", printable(state.beats_mark)


def _habits(words: Words, patience: float | None) -> Iterator[Entry]:
    if words.known is not Known.OBSERVED:
        yield "", UNSEEN if words.known is Known.READ else words.known.value
    yield "ACK", f"in mode client it settles {words.ack_covers}"
    yield "NACK", words.nack_summary
    yield "", f"in mode client it settles {words.nack_covers}"
    for outcome in words.nack:
        yield "", outcome.words
    if words.give_back:
        yield "giving back", words.give_back
    for name, habit in (
        ("UNSUBSCRIBE", words.on_unsubscribe),
        ("ABORT", words.on_abort),
        ("closing", words.on_close),
        ("topics", f"{words.on_gone}, at both, unless it is durable"),
        ("age", words.on_age),
        ("ERROR", words.on_error),
        ("content-length", words.content_length),
    ):
        if habit is not None:
            yield name, f"it {habit}"
    if (limit := words.dialect.consumer_timeout) is not None:
        yield "", f"consumer_timeout: {limit / 60:.0f} minutes as shipped, looked at once a minute"
        if patience is not None:
            yield "", f"here it is {patience:g} s, as an ERROR said"


def _limits(words: Words, limits: Limits | None) -> Iterator[Entry]:
    """What the broker takes, then what is taken here; both end the connection beyond it."""
    if not words.limits:
        yield "", "none that is known of this broker"
    for each in words.limits:
        yield each.what, f"{each.says}{_doubt(each.known)}"
    if limits is not None:
        yield "here", f"body {_octets(limits.body)} (max-body), head {_octets(limits.head)} (max-head)"
        yield "", f"header line {_octets(limits.header_line)} (max-header)"
        yield "", f"{limits.headers:,} headers (max-headers), command line {_octets(limits.command_line)}"
        yield "", "more from the broker ends the connection; options of the URI change it"


def _octets(count: int) -> str:
    """`256 MiB`, `1 KiB`, or all digits where it is no whole number of them."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit:,} {name}"
    return f"{count:,} octets"


def _header(meaning: str, values: tuple[str, ...], required: bool, taken: bool) -> str:
    listed = f" ({', '.join(values)})" if values else ""
    return f"{'needed; ' if required else ''}{meaning}{listed}{'' if taken else '; not heeded here'}"


def _doubt(known: Known) -> str:
    return " (not seen on a running one)" if known is Known.READ else ""


def broker_lines(view: View, width: int, limits: Limits | None = None) -> Iterator[Content]:
    """Write the entries, none wider than `width` cells; what does not fit goes on set in."""
    beside = width - NAME_WIDTH >= BESIDE
    indent = NAME_WIDTH if beside else 4
    for title, entries in broker_entries(view, limits):
        yield Content.styled(title, "$title-focus $title-focus-style")
        for name, words in entries:
            parts = textwrap.wrap(words, max(width - indent, 16), break_on_hyphens=False) or [""]
            fits = beside and len(name) < NAME_WIDTH - 2
            if fits:
                label = (f"  {name:<{NAME_WIDTH - 2}}", "$key $key-style")
                yield Content.assemble(label, (parts.pop(0), ""))
            elif name:
                yield Content.styled(f"  {name}"[:width], "$key $key-style")
            for part in parts:
                yield Content.styled(" " * indent + part, "")
        yield Content("")


class BrokerScreen(PageScreen):
    """The broker of the connection that there was when the page was opened."""

    def __init__(self, view: View, limits: Limits | None = None) -> None:
        super().__init__("Broker")
        self._view = view
        self._limits = limits

    def lines(self, width: int) -> Iterator[Content]:
        return broker_lines(self._view, width, self._limits)
