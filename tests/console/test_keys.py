"""The key table: what it promises about itself, and what each reason says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from stomptui.console import keys
from stomptui.console.again import Awaited
from stomptui.console.keys import KEYS, SCOPES, Key, bindings, canonical, clashes, palette, readme_table
from stomptui.console.outage import Outage
from stomptui.console.panes.message import MessagePane
from stomptui.console.panes.session import SessionPane
from stomptui.console.panes.subscriptions import SubscriptionsPane
from stomptui.console.reasons import moves_first
from stomptui.console.routes import ROUTES
from stomptui.console.widgets import footer
from stomptui.console.widgets.feed import Feed
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import AckMode
from stomptui.stomp.heartbeat import NO_BEATS, Beats
from tests.console.views import GIVEN_UP, LOST, current, session, view

MAIN = [key for key in KEYS.values() if keys.on_main(key)]
FORM = [key for key in KEYS.values() if not {"compose", "subscribe", "export"}.isdisjoint(key.where)]


def test_one_key_has_one_meaning_in_every_place() -> None:
    assert list(clashes()) == []


def test_a_key_with_two_meanings_is_found() -> None:
    table = {**KEYS, "x.other": Key("x.other", ("question_mark",), "", "Other", "Other", "X")}
    assert [(key, one.id) for key, one, _ in clashes(table)] == [("?", "app.help")]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_every_row_says_what_it_does(key: Key) -> None:
    assert key.id == next(name for name, row in KEYS.items() if row is key)
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", key.id)
    assert key.words and key.words[0].isupper() and len(key.words) <= 20
    assert len(key.tooltip) > 3 and key.tooltip[0].isupper() and not key.tooltip.endswith(".")
    assert key.group and key.where and key.keys and key.action


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_every_key_arrives_in_every_terminal(key: Key) -> None:
    for one in key.keys:
        assert "alt" not in one.split("+")
        assert one not in {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+j", "ctrl+s", "ctrl+z", "ctrl+c"}
    if keys.on_main(key):
        assert not {"ctrl+a", "ctrl+b"}.intersection(key.keys)  # tmux and screen take them


def test_form_actions_have_a_function_key_and_a_control_key_that_fields_leave_alone() -> None:
    fields = {b.key for field in (Input, TextArea) for b in Binding.make_bindings(field.BINDINGS)}
    for key in FORM:
        assert any(re.fullmatch(r"f\d+", one) for one in key.keys)
        assert any(one.startswith("ctrl+") for one in key.keys)
        assert not fields.intersection(key.keys)


def test_no_key_of_the_main_screen_is_taken_by_textual() -> None:
    own = {binding.key for binding in Binding.make_bindings(Screen.BINDINGS)} - {"tab", "shift+tab"}
    assert not own.intersection(canonical(one) for key in MAIN for one in key.keys)


def test_bindings_carry_ids_and_leave_the_footer_to_us() -> None:
    for where in ("all", "main", "feed", "message", "subscriptions", "session", "compose", "forms"):
        made = bindings(where)
        assert made and [one for one in made if one.show or one.id not in KEYS] == []
    assert {one.id: one.action for one in bindings("main")}["settle.ack"] == "screen.key('settle.ack')"
    assert {one.id for one in bindings("all") if one.priority} == {"app.quit", "app.palette"}
    assert {one.id: one.action for one in bindings("all")}["app.quit"] == "quit"  # Textual's ctrl+c hint


@pytest.mark.parametrize(
    ("name", "pane"),
    [
        ("feed", Feed),
        ("message", MessagePane),
        ("subscriptions", SubscriptionsPane),
        ("session", SessionPane),
    ],
)
def test_every_key_of_a_pane_is_a_row_of_the_table_and_does_something_there(
    name: str, pane: type[Widget]
) -> None:
    own = list(Binding.make_bindings(pane.__dict__["BINDINGS"]))
    assert own and {one.id for one in own} == {key.id for key in KEYS.values() if name in key.where}
    for one in own:
        if one.action.startswith("screen.key("):
            assert one.id in ROUTES
        else:
            assert callable(getattr(pane, f"action_{one.action}"))


@pytest.mark.parametrize("pane", footer.SHOWN)
@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("selected", [0, 30, 12_345])
def test_the_footer_never_overflows(pane: str, width: int, selected: int) -> None:
    shown = footer.entries(view(session(1), pane=pane, selected=selected), width)
    assert 1 + sum(entry.width for entry in shown) - 2 <= width
    assert shown[-1].key.id == "app.help"
    assert "app.palette" not in [entry.key.id for entry in shown]


def test_the_footer_says_the_same_as_the_sketch() -> None:
    shown = footer.entries(view(session(1), current=current(4)), 80)
    words = "  ".join(f"{entry.shown} {entry.words}" for entry in shown)
    assert words == "a Ack  x Nack  u Unsettled  / Find  r Resend  s Subscribe  c Compose  ? Keys"
    shown = footer.entries(view(session(1), current=current(4), selected=30), 80)
    assert [(entry.shown, entry.words) for entry in shown][:2] == [("a", "Ack 30"), ("x", "Nack 30")]


@pytest.mark.parametrize("pane", footer.SHOWN)
def test_the_footer_ranks_all_that_it_shows(pane: str) -> None:
    assert set(footer.SHOWN[pane]) <= set(footer.FIRST)
    places = SCOPES["main"] - {"feed", "message", "subscriptions", "session"} | {pane}
    for name in footer.SHOWN[pane]:
        assert not places.isdisjoint(KEYS[name].where), f"{name} does nothing in {pane}"


def test_the_footer_greys_what_may_not_run() -> None:
    shown = {entry.key.id: entry.enabled for entry in footer.entries(view(session()), 120)}
    assert not shown["settle.ack"] and not shown["feed.unsettled"]
    assert shown["subscription.add"] and shown["app.help"]


def test_the_palette_says_why_not() -> None:
    commands = {command.key.id: command for command in palette(view(session()))}
    direct = {key.id for key in KEYS.values() if "transaction" in key.where}
    assert set(commands) < {key.id for key in MAIN} | direct and "compose.send" not in commands
    assert not commands["settle.ack"].enabled
    assert commands["settle.ack"].help.startswith("a   not now: nothing is unsettled")
    assert commands["app.help"].help == "? f1   Show every key"


MOVES = {
    *("feed.up", "feed.down", "feed.extend_up", "feed.extend_down", "pane.next", "pane.previous"),
    *("form.next", "form.previous", "subscription.fold", "subscription.unfold", "app.palette"),
}
"""What only means something as a key."""


def test_every_action_has_an_entry_in_the_palette() -> None:
    """On the main screen, or where its form or row is open; that one joins by number is asked there."""
    offered = {command.key.id for command in palette(view(session()))}
    for place in SCOPES:
        offered |= {command.key.id for command in keys.palette_in(place)} if place != "main" else set()
    assert {name for name in KEYS if name not in offered} == MOVES | {"transaction.join"}


@pytest.mark.parametrize("name", ["begin", "begin_named", "commit", "abort", "outside"])
def test_what_is_done_with_transactions_is_offered_directly(name: str) -> None:
    made = session()
    commands = {command.key.id: command for command in palette(view(made))}
    ends = name in ("commit", "abort", "outside")
    assert commands[f"transaction.{name}"].enabled is not ends
    assert ("no transaction is open" in commands[f"transaction.{name}"].help) is ends
    made.transmit(frames.begin("tx-1"), 0.0)
    assert KEYS[f"transaction.{name}"].why_not(view(made)) is None
    assert "next try" in str(KEYS[f"transaction.{name}"].why_not(view(made, outage=LOST)))


def test_over_a_form_the_palette_offers_what_works_there() -> None:
    offered = [command.key.id for command in keys.palette_in("compose")]
    assert {"compose.send", "compose.editor", "form.help", "form.back"} <= set(offered)
    assert all("compose" in KEYS[name].where or "forms" in KEYS[name].where for name in offered)
    assert keys.palette_in("") == []


def test_the_readme_table_lists_every_id_and_key() -> None:
    table = readme_table()
    for key in KEYS.values():
        assert f"| `{key.id}` |" in table
    assert len(table.splitlines()) == len(KEYS) + 2
    assert max(map(len, table.splitlines())) < 180


def ack(**changes: object) -> str | None:
    return KEYS["settle.ack"].why_not(view(session(2), **changes))


def test_an_unsettled_message_may_be_settled() -> None:
    assert ack(current=current(4)) is None
    assert KEYS["settle.nack"].why_not(view(session(2), current=current(4))) is None


@pytest.mark.parametrize(
    ("settlement", "reason"),
    [
        (Settlement.ACKED, "00004 is already acked"),
        (Settlement.NACKED, "00004 is already nacked"),
        (Settlement.AUTO, "00004 is auto: the broker forgot it when it sent it"),
        (Settlement.STAGED, "00004 is already staged in a transaction: t commits or aborts it"),
        (
            Settlement.LOST,
            "00004 can be settled no more: its subscription has ended, or the broker refused it",
        ),
        (Settlement.NONE, "00004 belongs to no subscription made here: nothing to settle"),
    ],
)
def test_what_cannot_be_settled_says_why(settlement: Settlement, reason: str) -> None:
    assert ack(current=current(4, settlement)) == reason


def test_a_frame_that_is_no_message_says_what_to_do_instead() -> None:
    words = "no message here, 00003 is a SUBSCRIBE: "
    here = current(3, Settlement.NONE, "SUBSCRIBE")
    assert ack(current=here) == words + "u goes to the oldest unsettled one"
    assert KEYS["settle.ack"].why_not(view(session(), current=here)) == words + "nothing is unsettled"


def test_the_ledger_knows_best_why_a_message_cannot_be_settled() -> None:
    made = session(1)
    made.state.ledger[4].why_not = "its MESSAGE has no ack header"
    assert (
        KEYS["settle.ack"].why_not(view(made, current=current(4))) == "00004: its MESSAGE has no ack header"
    )


def test_with_no_cursor_a_settling_key_only_moves_it() -> None:
    out_of_view = replace(current(4, Settlement.ACKED), in_view=False)
    for here in (None, out_of_view):
        assert ack(current=here) is None
        assert moves_first(view(session(2), current=here))
        assert "nothing is unsettled" in str(KEYS["settle.ack"].why_not(view(session(), current=here)))
        assert not moves_first(view(session(), current=here))
    assert not moves_first(view(session(2), current=current(4)))


SENDING = (
    *("settle.ack", "settle.ack_to", "settle.nack", "message.move", "subscription.add", "session.ping"),
    *("transaction.menu", "feed.stop"),
)


@pytest.mark.parametrize(
    ("outage", "now", "reason"),
    [
        (LOST, 0.5, "no connection: next try in 4 s (3rd); R tries now"),
        (LOST, 4.0, "no connection: connecting now (3rd try)"),
        (GIVEN_UP, 1.0, "not connected: R connects"),
    ],
)
def test_nothing_is_sent_without_a_connection(outage: Outage, now: float, reason: str) -> None:
    made = view(session(2), outage=outage, now=now, current=current(4))
    for name in SENDING:
        assert KEYS[name].why_not(made) == reason, name
    for name in ("feed.find", "message.view", "app.quit", "message.copy", "compose.open", "message.resend"):
        assert KEYS[name].why_not(made) is None, name


def test_the_key_that_connects_is_told_as_it_is_bound() -> None:
    made = view(session(), outage=GIVEN_UP, retry="f6")
    assert KEYS["session.ping"].why_not(made) == "not connected: f6 connects"


def test_connecting_needs_no_connection_and_no_try_under_way() -> None:
    why_not = KEYS["session.reconnect"].why_not
    assert why_not(view(session(), reading=False)) == (
        "there is a connection, and reading is stopped: nobody knows how it is"
    )
    assert why_not(view(session(), outage=LOST, now=1.0)) is None
    assert why_not(view(session(), outage=LOST, now=4.5)) == "connecting now (3rd try)"
    assert why_not(view(session(), outage=GIVEN_UP)) is None


def test_a_connection_is_given_up_only_when_the_broker_owes_something_for_long() -> None:
    why_not = KEYS["session.reconnect"].why_not
    made = session()
    made.state.beats = NO_BEATS
    without = "there is a connection, without heart-beats; 4 p asks whether the broker lives"
    assert why_not(view(made, now=1000.0)) == without
    made.state.beats = Beats(10.0, 10.0)
    assert why_not(view(made, now=20.0)) == "there is a connection, and the broker was heard 20s ago"
    assert why_not(view(made, now=21.0)) is None
    assert why_not(view(made, now=21.0, reading=False)) is not None
    made.transmit(frames.begin("tx-1", receipt="r"), 0.0)
    assert why_not(view(made, now=4.0)) is not None
    assert why_not(view(made, now=6.0)) is None


def test_a_message_of_a_connection_that_has_ended_is_not_settled() -> None:
    earlier = current(4, Settlement.LOST)
    made = view(session(2), current=replace(earlier, connection=0))
    words = "00004 came on connection 0, which has ended: a queue delivers it again"
    for name in ("settle.ack", "settle.ack_to", "settle.nack", "message.move"):
        assert KEYS[name].why_not(made) == words
    assert "its subscription has ended" in str(KEYS["settle.ack"].why_not(view(session(2), current=earlier)))


def test_a_lost_subscription_is_taken_off_the_list_unless_none_will_be_made() -> None:
    remove = KEYS["subscription.remove"].why_not
    lost, refused = Awaited("7", "/queue/q", "auto"), Awaited("8", "/queue/r", "auto", "no such queue")
    seen = {"subscription": "7", "awaited": (lost, refused)}
    assert remove(view(session(), outage=LOST, **seen)) is None
    assert remove(view(session(), **seen)) is None
    assert remove(view(session(), outage=GIVEN_UP, **seen)) == "not connected: R connects"
    assert remove(view(session(), outage=GIVEN_UP, **{**seen, "subscription": "8"})) is None


def test_a_selection_is_settled_but_not_moved_nor_settled_up_to_here() -> None:
    made = view(session(2), selected=2, current=current(4, Settlement.ACKED))
    assert KEYS["settle.ack"].why_not(made) is None
    assert "escape ends the selection" in str(KEYS["settle.ack_to"].why_not(made))
    assert "escape ends the selection" in str(KEYS["message.move"].why_not(made))


def test_only_messages_and_sends_are_sent_again() -> None:
    again = KEYS["message.resend"].why_not
    assert again(view(session(2), current=current(4))) is None
    assert again(view(session(2), current=current(4, Settlement.NONE, "SEND"))) is None
    assert "is a RECEIPT" in str(again(view(session(2), current=current(4, Settlement.NONE, "RECEIPT"))))
    assert "is a heart-beat" in str(again(view(session(2), current=current(4, Settlement.NONE, ""))))
    assert "no frame under the cursor" in str(again(view(session(2))))


def test_a_search_must_have_been_made_to_be_repeated() -> None:
    assert "/ finds" in str(KEYS["feed.find_next"].why_not(view(session())))
    assert KEYS["feed.find_next"].why_not(view(session(), found=True)) is None


def test_only_a_live_subscription_is_ended() -> None:
    remove = KEYS["subscription.remove"].why_not
    made = session(1)
    assert remove(view(made, subscription="sub-1")) is None
    assert "no subscription under the cursor" in str(remove(view(made)))
    made.state.subscriptions["sub-1"].refused = True
    assert "refused" in str(remove(view(made, subscription="sub-1")))
    made.state.subscriptions["sub-1"].closed = True
    assert remove(view(made, subscription="sub-1")) == "already unsubscribed"


def test_without_a_subscription_the_reason_names_the_key_that_makes_one() -> None:
    assert "s subscribes" in str(KEYS["feed.unsettled"].why_not(view(session())))
    made = session(1, AckMode.AUTO)
    assert "no message awaits its ack" in str(KEYS["feed.unsettled"].why_not(view(made)))
