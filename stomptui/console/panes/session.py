"""The session pane: transactions, receipts, heart-beats and the broker, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from stomptui.brokers import at_the_end, taken_back_soon
from stomptui.console.keys import KEYS, bindings, display
from stomptui.console.widgets.bars import plain_bars
from stomptui.console.widgets.still import Still
from stomptui.console.widgets.title import title_rule
from stomptui.render.span import latency, period, span
from stomptui.render.text import printable
from stomptui.stomp.heartbeat import receive_overdue_at, send_due
from stomptui.stomp.unruly import put_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stomptui.console.outage import Outage
    from stomptui.console.recorded import Recorded
    from stomptui.console.view import View

Line = tuple[str, str, str]
"""A label, words, and the style of the words."""

LABEL = 9
RULED = 15
"""Cells of the title that its keys cannot have."""
PENDING_SHOWN = 3
"""Awaited receipts listed, the oldest first."""
STAGED_SHOWN = 6
"""Staged frames listed of one transaction; the rest are counted."""


def session_lines(view: View) -> Iterator[Line]:
    """Say everything about the session, a line at a time, most urgent first."""
    if view.recorded is not None:
        yield from _recorded(view, view.recorded)
        if view.recorded.instead:
            return
    if view.outage is not None:
        yield from _outage(view, view.outage)
    elif view.alive:
        yield from _age(view)
        yield from _transactions(view)
        yield from _receipts(view)
        yield from _beats(view)
    yield from _broker(view)


def _outage(view: View, outage: Outage) -> Iterator[Line]:
    yield "lost", f"{span(view.now - outage.since)} ago", "$bad $bad-style"
    yield "why", printable(outage.reason), ""
    if outage.cost:
        yield "cost", outage.cost, ""
    at_once = "" if outage.trying(view.now) else f" ({view.retry} connects now)"
    yield "next", f"{outage.words(view.now)}{at_once}", "$caution"


def _recorded(view: View, recorded: Recorded) -> Iterator[Line]:
    yield "file", printable(recorded.name), ""
    yield "then", f"{recorded.when}{' (end)' if recorded.at_end else ''}", "bold"
    if recorded.instead:
        yield "", recorded.instead, "$caution"
    elif not view.alive:
        yield "", f"connection {view.state.connection} had ended", "$caution"
    elif not recorded.whole:
        yield "", "what was before the oldest record is not known", "$caution"


def _age(view: View) -> Iterator[Line]:
    """Warn of what the broker does soon, as a message has been unsettled for long."""
    left = taken_back_soon(view.state, view.now)
    if left is None or view.words.on_age is None or view.recorded is not None:
        return
    when = f"in {span(left)}" if left > 0 else "any moment"
    source = "as shipped" if view.state.patience is None else "as it said before"
    yield "oldest", f"{when}, {source}, this broker {view.words.on_age}", "$bad $bad-style"


def _transactions(view: View) -> Iterator[Line]:
    state, now = view.state, view.now
    if not state.transactions:
        yield "tx", "none (t b begins one)" if view.recorded is None else "none", "$muted"
    elif view.recorded is None and state.joined is None:
        yield "tx", "new frames stay outside (t)", "$caution"
    for place, (name, transaction) in enumerate(state.transactions.items(), 1):
        words = f"{printable(name)}: {len(transaction.staged)} staged, {span(now - transaction.time)}"
        if view.recorded is None:  # what joins what by itself is on no wire
            words += ", joined" if name == state.joined else f", t {place} joins"
        yield "tx", words, "bold $staged" if name == state.joined else "$staged"
        for staged in transaction.staged[-STAGED_SHOWN:]:
            about = f"{staged.about:05d}" if isinstance(staged.about, int) else printable(staged.about)
            yield "", f"  {staged.command} {about}", "$muted"
        if len(transaction.staged) > STAGED_SHOWN:
            yield "", f"  + {len(transaction.staged) - STAGED_SHOWN} before them", "$muted"


def _receipts(view: View) -> Iterator[Line]:
    state, now = view.state, view.now
    last = f", last {latency(state.last_latency)}" if state.last_latency is not None else ""
    overdue = state.overdue(now)
    words = f"{len(state.receipts)} open{last}"
    if overdue:
        words += f", {len(overdue)} overdue: outcome unknown"
    yield "receipt", words, "$caution" if overdue else ""
    spread = state.receipts.spread()
    if spread is not None and spread.of > 1 and view.recorded is None:  # a recording knows but its end
        yield "", f"p50 {latency(spread.p50)}, p95 {latency(spread.p95)}", "$muted"
        yield "", f"max {latency(spread.highest)} of {spread.of}", "$muted"
    if state.receipts.disproved and view.recorded is None:
        yield "", f"{state.receipts.disproved} receipted, then refused", "$bad $bad-style"
    for pending in list(state.receipts.values())[:PENDING_SHOWN]:
        waits = ", with its COMMIT" if pending.waits else ""
        yield "", f"  {pending.command} {pending.number:05d}, {span(now - pending.sent_at)}{waits}", "$muted"


def _beats(view: View) -> Iterator[Line]:
    state = view.state
    beats, (offer, ask), (can, wants) = state.beats, state.asked, state.offered
    if (how := view.misbehaving) is not None:
        what = "WITHHELD" if how.withheld else f"{how.by:g}s LATE"
        yield "beats", f"{what}, {how.left(view.now):.0f}s left", "bold $caution"
    label = "" if view.misbehaving else "beats"
    if beats.send is None and beats.receive is None:
        yield label, "none in effect: a dead broker would not be noticed", "$caution"
    else:
        effect = [f"{seconds:g}s" if seconds else "none" for seconds in (beats.send, beats.receive)]
        yield label, f"in effect {effect[0]} out, {effect[1]} in", ""
        why = [_why_none("out", "we", "it", offer, wants), _why_none("in", "it", "we", can, ask)]
        yield "", ", ".join(filter(None, why)) or "max of offer, ask", "$muted"
    yield "asked", f"{period(offer)} out, {period(ask)} in", ""
    yield "offered", f"{period(wants)} out, {period(can)} in", ""
    if state.beats_mark:
        yield "", printable(state.beats_mark), "$caution"
    yield from _beats_out(view)
    yield from _beats_in(view)


def _why_none(way: str, sender: str, receiver: str, offered: int, asked: int) -> str:
    """Why there are none in one direction, nothing where there are."""
    if offered and asked:
        return ""
    return (
        f"none {way}: {sender} offer{'s' * (sender == 'it')} none"
        if not offered
        else (f"none {way}: {receiver} ask{'s' * (receiver == 'it')} none")
    )


def _beats_out(view: View) -> Iterator[Line]:
    state = view.state
    said = f"{span(view.now - state.last_sent)} ago" if state.last_sent is not None else "never"
    yield "out", f"{said} ({state.beats_sent} beats)", ""
    due = send_due(state.beats, state.last_sent) if state.last_sent is not None else None
    if due is not None:
        due = put_off(due, view.misbehaving)
        yield "", f"next in {span(due - view.now)}", "$muted"
    if state.beats_omitted and view.recorded is None:
        yield "", f"missed {state.beats_omitted}", "$bad $bad-style"


def _beats_in(view: View) -> Iterator[Line]:
    state, last = view.state, view.state.last_received
    yield (
        "in",
        f"{span(view.now - last)} ago ({state.beats_received} beats)" if last is not None else "never",
        "",
    )
    late = receive_overdue_at(state.beats, last) if last is not None else None
    if late is not None and last is not None and state.beats.receive is not None:
        left = last + state.beats.receive - view.now
        due = f"due in {span(left)}" if left >= 0 else f"due {span(-left)} ago"
        yield "", due, "$muted"
        yield "", f"late in {span(late - view.now)}", "$muted"
    jitter = state.jitter
    if jitter and view.recorded is None:  # a recording does not know when somebody read
        yield "", f"came each {span(jitter.every)}", "$muted"
        if len(jitter) > 1:
            yield "", f"off {latency(jitter.mean)}, most {latency(jitter.worst)}", "$muted"
    if state.beats_missed:
        yield "", f"missed {state.beats_missed}", "$bad $bad-style"


def _broker(view: View) -> Iterator[Line]:
    state = view.state
    yield "address", printable(view.address), ""
    if state.predecessor is not None:
        yield "link", f"connection {state.connection}, after {state.predecessor}", ""
    if view.unverified:
        yield "tls", "verify=none: whose certificate it is was not checked", "bold $caution"
    yield "server", printable(state.server or f"not named ({view.words.name})"), ""
    yield "version", f"STOMP {state.version or '-'}", ""
    yield "vhost", printable(state.host or "-"), ""
    if state.login is not None:
        yield "login", printable(state.login), ""
    if state.session_id:
        yield "session", printable(state.session_id), "$muted"
    yield "nack", view.words.nack_summary, ""
    ends = at_the_end(view.words, state) if view.alive and view.recorded is None else []
    for place, words in enumerate(ends or [f"it {view.words.on_close}"]):
        yield "" if place else "close", words, "" if ends else "$muted"


class SessionPane(Vertical):
    """The session, as text that scrolls under its title."""

    DEFAULT_CSS = """
    SessionPane > #session-title { height: 1; }
    SessionPane > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    SessionPane > VerticalScroll > Static { height: auto; }
    """
    BINDING_GROUP_TITLE = "Session"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("session")]

    def __init__(self) -> None:
        super().__init__()
        self._title = Still(id="session-title", markup=False)
        self._words = Still(id="session-lines", markup=False)
        self._rows = 0

    def compose(self) -> ComposeResult:
        yield self._title
        with VerticalScroll() as scroll:
            plain_bars(scroll)
            yield self._words

    @property
    def lines(self) -> VerticalScroll:
        """What takes the focus."""
        return self.query_one(VerticalScroll)

    def show(self, view: View) -> None:
        """Draw `view`."""
        width = self.size.width
        if not width:  # not laid out yet, or hidden: what is folded for no width would stay so for a while
            return
        focused = self.lines.has_focus
        title = title_rule(
            "Session",
            _keys_words(width - RULED) if focused and view.recorded is None else "",
            width,
            focused=focused,
            leads=("pane.session", "session.ping"),
        )
        self._title.tell(title)
        lines = []
        for label, words, style in session_lines(view):
            for index, part in enumerate(_fold(words, max(width - LABEL - 2, 8))):
                shown_label = f" {'' if index else label:<{LABEL - 1}}"
                lines.append(Content.assemble((shown_label, "$muted"), (part, style)))
        # A layout of the whole screen costs more than the pane: only when a line came or went.
        self._words.tell(Content("\n").join(lines), layout=len(lines) != self._rows)
        self._rows = len(lines)


def _keys_words(room: int) -> str:
    """Say in the title what keys do here, as far as there is room: `p ping  T transactions  B D beats`."""
    names = ("session.ping", "transaction.workbench", "session.withhold", "session.delay")
    ping, workbench, withhold, delay = (display(KEYS[name].keys[0]) for name in names)
    ways = (
        f"{ping} ping  {workbench} transactions  {withhold} {delay} beats",
        f"{ping} ping  {workbench} transactions",
    )
    return next((words for words in ways if len(words) <= room), f"{ping} ping")


def _fold(words: str, width: int) -> list[str]:
    """Break `words` at blanks into lines of at most `width`; the second line on is set in by one."""
    lines: list[str] = []
    rest = words
    while len(rest) > width:
        cut = rest.rfind(" ", 1, width + 1)
        cut = cut if cut > len(rest[:width]) - len(rest[:width].lstrip()) else width
        lines.append(rest[:cut])
        rest = " " + rest[cut:].lstrip()
    return [*lines, rest]
