"""Heart-beats in the Session pane, and withheld or sent late on purpose, by the keys of the console."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.guard import Guard, Kind, Lock
from stomptui.console.keys import KEYS
from stomptui.console.panes.session import session_lines
from stomptui.console.panes.status import status_row
from stomptui.console.view import View
from stomptui.stomp.session import Session
from stomptui.stomp.unruly import BOUND, WITHHELD, Unruly
from tests.console.opened import opened
from tests.console.views import LOST, session, take, view

KEYS_THAT_MISBEHAVE = ("session.withhold", "session.delay")


def beating(asked: tuple[int, int] = (10_000, 20_000), server: str = "30000,5000") -> Session:
    made = Session(heart_beat=asked)
    made.connect(0.0)
    take(made, f"CONNECTED\nversion:1.2\nheart-beat:{server}\n\n\x00".encode())
    return made


def said(shown: View) -> list[str]:
    """What the pane says of heart-beats."""
    lines = [f"{label} {words}".strip() for label, words, _ in session_lines(shown)]
    start = next(place for place, line in enumerate(lines) if line.startswith("beats"))
    end = next(place for place, line in enumerate(lines) if line.startswith("address"))
    return lines[start:end]


def test_what_was_asked_and_offered_and_why_it_is_in_effect() -> None:
    made = beating()
    made.receive(b"\n\n")  # the first one ends the line of CONNECTED
    made.next_events(30.0)
    made.receive(b"\n")
    made.next_events(60.5)
    made.receive(b"\n")
    made.next_events(90.0)
    assert said(view(made, now=91.0)) == [
        "beats in effect 10s out, 30s in",
        "max of offer, ask",
        "asked 10s out, 20s in",
        "offered 5s out, 30s in",
        "out 91s ago (0 beats)",
        "next in 0.0s",
        "in 1.0s ago (3 beats)",
        "due in 29s",
        "late in 60s",
        "came each 30s",
        "off 500 ms, most 500 ms",
    ]


@pytest.mark.parametrize(
    ("asked", "server", "why"),
    [
        ((0, 1000), "1000,1000", "none out: we offer none"),
        ((1000, 1000), "1000,0", "none out: it asks none"),
        ((1000, 0), "1000,1000", "none in: we ask none"),
        ((1000, 1000), "0,1000", "none in: it offers none"),
    ],
)
def test_why_there_are_none_one_way(asked: tuple[int, int], server: str, why: str) -> None:
    assert said(view(beating(asked, server)))[1] == why


def test_what_was_missed_is_said_both_ways() -> None:
    made = beating()
    made.tick(62.0)
    lines = said(view(made, now=62.0))
    assert lines[lines.index("out 0.0s ago (1 beats)") + 2] == "missed 6"
    assert lines[-1] == "missed 1"


def test_it_is_shown_while_it_lasts_and_no_longer() -> None:
    shown = view(beating(), now=3.0, unruly=Unruly(WITHHELD, 30.0))
    assert said(shown)[0] == "beats WITHHELD, 27s left" and "next in 27s" in said(shown)
    assert "| BEATS WITHHELD, 27s left |" in status_row(shown, 200).plain
    assert "BEATS HELD 27s" in status_row(shown, 80).plain
    late = replace(shown, unruly=Unruly(10.0, 30.0))
    assert said(late)[0] == "beats 10s LATE, 27s left" and "next in 12s" in said(late)
    for over in (replace(shown, now=30.0), replace(shown, outage=LOST), replace(shown, unruly=None)):
        assert "WITHHELD" not in status_row(over, 200).plain
        assert not any("WITHHELD" in words for _, words, _ in session_lines(over))


@pytest.mark.parametrize("name", KEYS_THAT_MISBEHAVE)
def test_it_is_refused_where_there_is_nothing_to_withhold(name: str) -> None:
    why_not = KEYS[name].why_not
    assert why_not(view(beating())) is None
    assert "no heart-beats are in effect from here" in str(why_not(view(session())))
    assert "no connection" in str(why_not(view(beating(), outage=LOST)))
    locked = view(beating(), guard=Guard(Kind.READ_ONLY))
    assert why_not(locked) == "read-only: heart-beats are sent as promised; ! unlocks"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_they_are_withheld_after_a_question_and_kept_again(size: tuple[int, int]) -> None:
    async with opened(size, options="?heartbeat=10") as console:
        await console.press("4", "B")
        await console.until(lambda: console.main._asked is not None)
        await console.press("enter")
        await console.until_said("Heart-beats are sent as promised.")
        assert console.client.session.unruly is None
        await console.press("B", "y")
        await console.until_said("Heart-beats of connection 1 are withheld until ")
        how = console.client.session.unruly
        assert how is not None and how.by == WITHHELD
        assert console.said.endswith(": B in Session ends it.")
        await console.press("B")
        await console.until_said("Heart-beats are sent as promised again.")
        assert console.client.session.unruly is None
        await console.press("D", "y")
        await console.until_said("Heart-beats of connection 1 are late until ")
        assert console.client.session.unruly is not None
        assert console.client.session.unruly.by == 10.0


async def test_a_broker_that_is_not_kept_waiting_closes() -> None:
    async with opened(options="?heartbeat=1") as console:
        await console.press("4", "B", "y")
        await console.until(lambda: console.app.outage is not None, "the end")
        assert console.client.session.unruly is None
        assert console.client.state.beats_omitted >= 1
        await console.press("B")
        await console.until_said("not connected")


async def test_a_read_only_console_sends_them_as_promised() -> None:
    async with opened(options="?heartbeat=10", lock=Lock(Kind.READ_ONLY)) as console:
        await console.press("4", "B")
        await console.until_said("read-only: heart-beats are sent as promised")
        assert console.client.session.unruly is None


async def test_long_periods_are_not_withheld_for_longer_than_the_bound() -> None:
    async with opened(options="?heartbeat=900") as console:
        await console.press("4", "D", "y")
        await console.until_said("Heart-beats of connection 1 are late until ")
        how = console.client.session.unruly
        assert how is not None and how.by == BOUND and how.left(console.main.now()) <= BOUND
        await console.press("D")
        await console.until_said("as promised again")
        await console.press("B")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        dialog = console.app.screen
        assert isinstance(dialog, ConfirmDialog)
        assert dialog.question == "Withhold heart-beats for 600 s?"
        assert dialog.details[0].endswith("after about 1800 s, which is longer: it will hardly notice.")
        await console.press("n")
