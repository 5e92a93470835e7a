"""The status row: which broker, whether it lives, what is held, in one line that never lies by omission."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from stomptui.brokers import taken_back_soon
from stomptui.console.outage import ordinal
from stomptui.console.widgets.pressing import leading
from stomptui.console.widgets.still import Still
from stomptui.render.span import span
from stomptui.render.text import printable
from stomptui.stomp.state import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stomptui.console.outage import Outage
    from stomptui.console.recorded import Recorded
    from stomptui.console.view import View

SHORT_GUARD = {"read-only": "locked", "unlocked": "open"}
"""The words of a guard where there is hardly any room."""


class Part(NamedTuple):
    """One part of the row, from its longest wording to its shortest; `""` last where it may go away.

    `least` is what stays of it on a terminal that is smaller than any the console is made for.
    """

    name: str
    wordings: tuple[str, ...]
    style: str = ""
    least: str | None = None
    leads: str = ""
    """The key, by its id, that a click on it leads to."""


LEADS = {
    "where": "session.broker",
    "connection": "pane.session",
    "health": "pane.session",
    "unsettled": "feed.unsettled",
    "transactions": "transaction.menu",
    "collect": "collect.review",
    "rule": "settle.rule",
    "filter": "feed.filter",
    "rate": "pane.subscriptions",
    "warning": "pane.session",
}
"""Where a click on a part leads, by its name, unless the part says so itself."""


SHORTEN = (
    *("rate", "unrecorded", "where", "where", "where", "unsettled", "connection", "health", "warning"),
    *("where", "transactions", "where", "connection", "health", "where"),
)
"""Which part becomes shorter next while the row is too long: rate, version, virtual host before all else."""

SHORTEN_RECORDED = (
    *(
        "rate",
        "where",
        "where",
        "recording",
        "where",
        "when",
        "where",
        "recording",
        "unsettled",
        "connection",
    ),
    *("where", "health", "unsettled", "connection", "warning", "transactions", "where"),
)
"""The same in a recording."""

LEAST = ("transactions", "connection", "health", "where", "unsettled", "guard")
"""Which part is cut to its least next when that was not enough: connection state, count and guard stay."""


def status_row(view: View, width: int) -> Content:
    """Draw the row in `width` cells, shortening rate, version and virtual host before all else."""
    if view.recorded is not None:
        return _row(_recorded(view, view.recorded), SHORTEN_RECORDED, LEAST, width)
    if view.outage is not None:  # nothing is held or open then
        parts = [_where(view), _lost(view, view.outage), *_warnings(view), _guard(view)]
    else:
        parts = [
            _where(view),
            _connection(view),
            _health(view),
            _unsettled(view),
            _transactions(view),
            *_warnings(view),
            _rate(view),
            _guard(view),
        ]
    return _row(parts, SHORTEN, LEAST, width)


def _row(parts: list[Part], shorten: Sequence[str], least: Sequence[str], width: int) -> Content:
    for name in shorten:
        if _length(parts) <= width:
            break
        parts = [
            part._replace(wordings=part.wordings[1:]) if part.name == name and part.wordings[1:] else part
            for part in parts
        ]
    for name in least:
        if _length(parts) <= width:
            break
        parts = [
            part._replace(wordings=(part.least,)) if part.name == name and part.least is not None else part
            for part in parts
        ]
    pieces = [Content(" ")]
    for part in parts:
        if part.wordings[0]:
            if len(pieces) > 1:
                pieces.append(Content.styled(" | ", "$rule"))
            shown = Content.styled(part.wordings[0], part.style)
            pieces.append(leading(shown, part.leads or LEADS.get(part.name, "")))
    return Content.assemble(*pieces)


def _length(parts: list[Part]) -> int:
    return 1 + cell_len(" | ".join(part.wordings[0] for part in parts if part.wordings[0]))


def _recorded(view: View, recorded: Recorded) -> list[Part]:
    """Which file, when in it, which broker, and what was unsettled and open then."""
    name = printable(recorded.name)
    when = Part("when", (recorded.when, recorded.when[-8:]), "bold")
    file = Part("recording", (f"recording {name}", "recording"), "bold $caution", "")
    if recorded.instead:
        return [file, when, Part("health", (recorded.instead, "..."), "$caution")]
    if not view.alive:
        return [file, when, _where(view), Part("health", ("ended",), "$caution")]
    open_ = [_transactions(view)._replace(leads="pane.session")] if view.state.transactions else []
    unsettled = _unsettled(view)
    then = tuple(words.replace("unsettled", "unsettled then", 1) for words in unsettled.wordings)
    return [
        *(file, when, _where(view), _connection(view)),
        *(
            unsettled._replace(wordings=(*then, unsettled.wordings[-1])),
            *open_,
            *_warnings(view),
            _rate(view),
        ),
    ]


def _where(view: View) -> Part:
    state = view.state
    server = printable(state.server or view.words.name).partition(" (")[0].replace("/", " ")
    name = printable(view.words.name)
    vhost = printable(state.host or "/")
    version = state.version or "-"
    address = printable(view.address) or "broker not named"
    return Part(
        "where",
        (
            f"{address} vhost {vhost} {server} STOMP {version}",
            f"{address} vhost {vhost} {name} STOMP {version}",
            f"{address} {vhost} {name} {version}",
            f"{address} {name} {version}",
            f"{address} {name}",
            address,
            address[-20:],
        ),
        least="",
    )


def _connection(view: View) -> Part:
    """Which connection it is, once one was lost."""
    number = view.state.connection
    wordings = (f"connection {number}", f"conn {number}", f"#{number}") if number > 1 else ("",)
    return Part("connection", wordings, least="")


def _lost(view: View, outage: Outage) -> Part:
    if outage.due is None:
        wordings = (f"NOT CONNECTED: {view.retry} connects", f"NOT CONNECTED ({view.retry})", "NOT CONNECTED")
    elif outage.trying(view.now):
        wordings = (
            f"LOST, {outage.words(view.now)}",
            f"LOST, connecting ({ordinal(outage.attempt)})",
            "LOST, connecting",
        )
    else:
        short = outage.words(view.now).removeprefix("next try ")
        wordings = (f"LOST, next try {short}, {view.retry} now", f"LOST, next try {short}", f"LOST, {short}")
    return Part("health", wordings, "$bad $bad-style", leads="session.reconnect")


def _health(view: View) -> Part:
    state = view.state
    if state.phase is not Phase.CONNECTED:
        return Part("health", (state.phase.value.upper(),), "bold $caution")
    beats = state.beats
    heard = f"in {span(view.now - state.last_received)}" if state.last_received is not None else "in -"
    said = f"out {span(view.now - state.last_sent)}" if state.last_sent is not None else "out -"
    if beats.receive is None and beats.send is None:
        return Part(
            "health", ("OK  no beats: a dead broker would not be noticed", "OK  no beats"), "$caution", "OK"
        )
    if beats.receive is None:
        return Part("health", (f"OK  none in {said}",), "$caution", "OK")
    late = view.now - (state.last_received or view.now) > 2 * beats.receive and view.reading
    word, style = ("LATE", "bold $caution") if late else ("OK", "$good")
    return Part("health", (f"{word}  {heard} {said if beats.send else 'none out'}",), style, word)


def _unsettled(view: View) -> Part:
    state = view.state
    count = state.ledger.open
    oldest = state.ledger.oldest
    if not count or oldest is None:
        return Part("unsettled", ("0 unsettled",), "$muted")
    age = view.now - oldest.time
    warned = taken_back_soon(state, view.now) is not None
    mark = "!" if warned else ""
    return Part(
        "unsettled",
        (f"{count} unsettled, oldest {span(age)}{mark}", f"{count} unsettled {span(age)}{mark}"),
        "$bad $bad-style" if warned else "bold $unsettled",
        f"{count} unsettled{mark}",
    )


def _transactions(view: View) -> Part:
    transactions = view.state.transactions
    if not transactions:
        return Part("transactions", ("tx -",), "$muted", "")
    joined = view.state.joined
    if joined is not None and joined in transactions:
        held = len(transactions[joined].staged)
        more = f" +{len(transactions) - 1}" if len(transactions) > 1 else ""
        name = printable(joined)
        return Part("transactions", (f"{name} {held}{more}", f"{name[:8]} {held}{more}"), "bold $staged")
    return Part(
        "transactions",
        (f"{len(transactions)} tx open, outside", f"{len(transactions)} tx outside"),
        "$staged",
    )


def _warnings(view: View) -> list[Part]:
    parts = []
    if view.unverified:
        parts.append(Part("warning", ("verify=none",), "bold $caution", leads="session.broker"))
    held = len(view.state.ledger.held)
    if held:
        words = (f"{held} held of closed subscriptions", f"{held} held")
        parts.append(Part("warning", words, "$caution"))
    if (how := view.misbehaving) is not None:
        left = f"{how.left(view.now):.0f}s"
        long, short = ("WITHHELD", "HELD") if how.withheld else (f"{how.by:g}s LATE", "LATE")
        words = (f"BEATS {long}, {left} left", f"BEATS {short} {left}")
        parts.append(Part("warning", words, "bold $caution"))
    if view.collecting or view.collected:
        off = "" if view.collecting else " (off)"
        parts.append(Part("collect", (f"collect {view.collected}{off}",), "bold $staged"))
    if view.rules:
        done, most = (sum(counts) for counts in zip(*view.rules.values(), strict=True))
        which = "RULE" if len(view.rules) == 1 else f"{len(view.rules)} RULES"
        parts.append(Part("rule", (f"{which} {done}/{most}",), "bold $caution"))
    if view.filtered is not None:
        stopped = " STOPPED" if view.filtered.trouble else ""
        parts.append(Part("filter", (f"filter{stopped} (f)",), "bold $caution"))
    if view.unrecorded:
        why = f"NOT RECORDED: {printable(view.unrecorded)}"
        parts.append(Part("unrecorded", (why, "NOT RECORDED"), "$bad $bad-style"))
    if not view.reading:
        parts.append(
            Part("warning", ("READING STOPPED (P)", "STOPPED (P)"), "bold $caution", leads="feed.stop")
        )
    return parts


def _rate(view: View) -> Part:
    return Part("rate", (f"{view.rate:.0f}/s" if view.rate >= 9.95 else f"{view.rate:.1f}/s", ""), "$muted")


def _guard(view: View) -> Part:
    """What may be sent; nothing that narrowness takes away."""
    words = view.guard.words
    if not words:
        return Part("guard", ("",))
    leads = "session.unlock" if view.guard.locked else "session.lock" if view.guard.unlocked else ""
    style = f"$guard-{words} $guard-{words}-style"
    return Part("guard", (words,), style, SHORT_GUARD.get(words, words), leads)


class StatusRow(Still):
    """The first row of the screen."""

    DEFAULT_CSS = (
        "StatusRow { height: 1; background: $status-background; color: $status; text-wrap: nowrap; }"
    )

    def show(self, view: View) -> None:
        """Draw `view`."""
        self.tell(status_row(view, self.size.width or 80))
