"""The status row: what it drops when narrow, and what it never drops."""

from __future__ import annotations

import pytest

from stomptui.console.outage import Outage
from stomptui.console.panes.status import status_row
from stomptui.stomp.errors import LocalProtocolError
from tests.console.views import GIVEN_UP, LOST, session, view
from tests.stomp.playbook import RABBITMQ, frames, message, play


def row(width: int, **changes: object) -> str:
    made = session(3)
    return status_row(view(made, **{"now": 4.0, **changes}), width).plain


def test_a_wide_row_says_everything() -> None:
    said = row(200, rate=12.0)
    for words in (
        "mq1:61613",
        "vhost /",
        "RabbitMQ 3.10.8",
        "STOMP 1.2",
        "OK",
        "3 unsettled, oldest 4.0s",
        "12/s",
    ):
        assert words in said


@pytest.mark.parametrize("width", [66, 70, 80, 100, 120])
def test_what_matters_is_never_dropped(width: int) -> None:
    said = row(width, reading=False, rate=1000.0)
    assert len(said) <= width
    for words in ("OK", "3 unsettled", "4.0s", "tx -", "STOPPED (P)"):
        assert words in said, said


@pytest.mark.parametrize("width", [40, 60])
def test_on_a_tiny_terminal_the_connection_and_the_count_stay(width: int) -> None:
    for changes in ({}, {"reading": False}):
        said = row(width, rate=1000.0, **changes)
        assert len(said) <= width
        assert "3 unsettled" in said and "OK" in said
    assert "STOPPED (P)" in row(width, reading=False)


def test_the_rate_goes_first_then_version_and_virtual_host() -> None:
    assert "12/s" not in row(80, rate=12.0)
    assert "RabbitMQ" in row(80)


@pytest.mark.parametrize(
    ("outage", "now", "said", "least"),
    [
        (LOST, 0.5, "LOST, next try in 4 s (3rd), R now", "LOST, in 4 s (3rd)"),
        (LOST, 3.9, "LOST, next try in 1 s (3rd), R now", "LOST, in 1 s (3rd)"),
        (LOST, 4.0, "LOST, connecting now (3rd try)", "LOST, connecting"),
        (GIVEN_UP, 9.0, "NOT CONNECTED: R connects", "NOT CONNECTED"),
    ],
)
def test_without_a_connection_it_says_what_is_done_about_it(
    outage: Outage, now: float, said: str, least: str
) -> None:
    assert said in row(120, outage=outage, now=now)
    assert said in row(80, outage=outage, now=now, unverified=True)
    tiny = row(40, outage=outage, now=now, unverified=True)
    assert len(tiny) <= 40
    assert least in tiny and "verify=none" in tiny


def test_a_connection_in_the_place_of_another_shows_its_number() -> None:
    assert "conn" not in row(200)
    again = session(3, connection=2)
    assert "connection 2 | OK" in status_row(view(again), 200).plain
    assert "conn" in status_row(view(again, reading=False, rate=1000.0), 80).plain
    assert "connection 2" not in status_row(view(again, outage=LOST), 200).plain


@pytest.mark.parametrize("width", [40, 66, 80, 200])
def test_a_certificate_that_is_not_checked_is_warned_of_at_every_width(width: int) -> None:
    assert "verify=none" not in row(width)
    said = row(width, unverified=True)
    assert "verify=none" in said and "OK" in said and len(said) <= width


def test_an_old_unsettled_message_warns_before_rabbitmq_takes_it_back() -> None:
    assert "19m!" not in row(120, now=19 * 60.0)
    assert "21m!" in row(120, now=21 * 60.0)


def test_no_beats_in_effect_is_said() -> None:
    assert "no beats: a dead broker would not be noticed" in row(200)


def test_the_joined_transaction_is_named_with_what_it_holds() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1"))
    script.sends(frames.begin("tx-1")).settles("ACK", 4)
    assert "tx-1 1" in status_row(view(script.session), 80).plain
    script.sends(frames.begin("tx-2"))
    assert "2 tx" in status_row(view(script.session), 80).plain


def test_settling_in_a_closed_session_is_refused() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q").gets(message("1")).closes()
    with pytest.raises(LocalProtocolError):
        script.session.settle_frame("ACK", 4)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_a_recording_that_is_not_written_stays_in_sight(width: int) -> None:
    said = row(width, unrecorded="the disk is full")
    assert "NOT RECORDED" in said and "OK" in said and "3 unsettled" in said
