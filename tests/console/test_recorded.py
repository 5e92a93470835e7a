"""Keys, footer and words in a recording: what needs a broker is refused, all else works."""

from __future__ import annotations

from typing import Any

import pytest

from stomptui.console.keys import KEYS, on_main, palette
from stomptui.console.panes.feed import about
from stomptui.console.panes.session import session_lines
from stomptui.console.panes.status import status_row
from stomptui.console.recorded import Recorded
from stomptui.console.routes import ROUTES
from stomptui.console.view import View
from stomptui.console.widgets.empty import hint
from stomptui.console.widgets.footer import RECORDED, SHOWN, entries
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Settlement
from stomptui.stomp.session import Session
from tests.console.views import current, session, view

REFUSED = "This is a recording of mq1:61613; nothing can be sent. stomptui replay FILE URI sends it again."
LIVE = {
    *("settle.ack", "settle.ack_to", "settle.nack", "feed.stop", "message.resend", "message.move"),
    *("collect.toggle", "collect.back", "collect.review", "settle.rule"),
    *("subscription.add", "subscription.remove", "compose.open", "transaction.menu", "transaction.join_next"),
    *(
        "session.withhold",
        "session.delay",
        "session.ping",
        "session.reconnect",
        "session.unlock",
        "session.lock",
    ),
}
"""What cannot be done without a broker."""
NOON = 1_795_000_000.0


def past(made: Session | None = None, *, recorded: dict[str, Any] | None = None, **changes: Any) -> View:
    """A view of a recording, by default at a message that was unsettled then."""
    made = made or session(2)
    fields = {"name": "orders.stomptui", "wall": NOON, "unsettled": True, **(recorded or {})}
    return view(made, **{"current": current(4), "recorded": Recorded(**fields), **changes})


def lines(shown: View) -> str:
    return "\n".join(f"{label} {words}" for label, words, _ in session_lines(shown))


def status(shown: View, width: int) -> str:
    return status_row(shown, width).plain


@pytest.mark.parametrize("key", [key for key in KEYS.values() if on_main(key)], ids=lambda key: key.id)
def test_only_what_needs_a_broker_is_refused(key: Any) -> None:
    reason = key.why_not(past(found=True, destination="/queue/orders"))
    if key.id == "message.note":
        assert reason == "a recording is only looked at: notes are made while it is recorded"
    else:
        assert reason == (REFUSED if key.id in LIVE else None)
    assert key.live is (key.id in LIVE)


@pytest.mark.parametrize("key", sorted(LIVE))
def test_it_is_refused_wherever_the_cursor_is(key: str) -> None:
    for settlement in Settlement:
        shown = past(current=current(4, settlement), selected=3, subscription="sub-1")
        assert KEYS[key].why_not(shown) == REFUSED
    assert KEYS[key].why_not(past(session(), current=None)) == REFUSED


def test_a_broker_that_the_file_does_not_name() -> None:
    assert str(KEYS["compose.open"].why_not(past(address=""))).startswith("This is a recording; nothing")


def test_the_palette_says_so_too() -> None:
    commands = {command.key.id: command for command in palette(past())}
    for name in LIVE:
        assert REFUSED in commands[name].help and not commands[name].enabled
    assert commands["message.copy"].enabled


def test_unsettled_is_what_was_left_at_the_end() -> None:
    why_not = KEYS["feed.unsettled"].why_not
    assert why_not(past(session())) is None
    assert "at the end of this recording" in str(why_not(past(recorded={"unsettled": False})))


@pytest.mark.parametrize("pane", SHOWN)
@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_footer_offers_nothing_that_is_refused(pane: str, width: int) -> None:
    shown = entries(past(pane=pane), width)
    assert shown and not LIVE.intersection(entry.key.id for entry in shown)
    assert sum(entry.width for entry in shown) - 2 <= width - 1
    assert "app.help" in {entry.key.id for entry in shown}
    assert set(RECORDED[pane]) <= set(KEYS)


def test_every_live_key_has_a_route_that_it_keeps_from() -> None:
    assert set(ROUTES) >= LIVE


def test_the_status_row_says_which_recording_and_when() -> None:
    shown = past(now=25 * 60.0)
    when = Recorded("x", NOON).when
    assert status(shown, 200).split(" | ")[:4] == [
        " recording orders.stomptui",
        when,
        "mq1:61613 vhost / RabbitMQ 3.10.8 STOMP 1.2",
        "2 unsettled then, oldest 25m!",
    ]
    for width in range(60, 200):
        row = status(shown, width)
        assert len(row) <= width
        assert "recording" in row
        assert "2 unsettled" in row and when[-8:] in row


def test_the_long_name_of_a_recording_that_nobody_named_leaves_room() -> None:
    name = "2026-11-23T12.00.01-12345.stomptui"
    row = status(past(recorded={"name": name}), 80)
    assert len(row) <= 80 and "2 unsettled then" in row and "mq1:61613" in row


def test_nothing_of_the_state_is_shown_until_it_is_read() -> None:
    shown = past(recorded={"reading": 0.4})
    assert "reading state ... 40%" in status(shown, 120) and "unsettled" not in status(shown, 120)
    assert "reading state ... 40%" in lines(shown) and "receipt" not in lines(shown)
    assert not shown.alive
    assert about(shown) == ""


def test_why_nothing_is_known_is_said() -> None:
    shown = past(recorded={"unknown": "record 7 is not in this recording"})
    assert "record 7 is not in this recording" in lines(shown)
    assert "record 7" in status(shown, 160)


def test_a_connection_that_had_ended_has_no_subscriptions_and_nothing_unsettled() -> None:
    made = session(2)
    made.state.observe_closed("", 1.0, True)
    shown = past(made)
    assert not shown.alive
    assert "connection 1 had ended" in lines(shown)
    assert " | ended" in status(shown, 120)
    assert about(shown) == "nothing subscribed"


def test_what_is_not_known_of_a_state_is_said() -> None:
    assert "before the oldest record is not known" in lines(past(recorded={"whole": False}))


def test_transactions_then() -> None:
    made = session(1)
    made.transmit(frames.begin("tx-9"), 0.0)
    shown = past(made, now=3.0)
    assert "tx-9: 0 staged, 3.0s" in lines(shown)
    assert "joins" not in lines(shown) and "joined" not in lines(shown)
    assert "t b begins" not in lines(past())


def test_nothing_says_what_to_subscribe_to() -> None:
    assert hint(past(session())) is None
    empty = hint(past(session(), recorded={"wall": None}))
    assert empty is not None and empty.plain == "Nothing was recorded."


@pytest.mark.parametrize("wall", [float("nan"), float("inf"), 1e300, -1e300, None])
def test_a_time_that_is_none(wall: float | None) -> None:
    assert Recorded("x", wall).when == "-"
