"""Heart-beats: promises, what is in effect, and when."""

from __future__ import annotations

import pytest

from stomptui.stomp.heartbeat import NO_BEATS, Beats, negotiate, parse, receive_overdue_at, send_due


@pytest.mark.parametrize(
    ("value", "pair"), [(None, (0, 0)), ("0,0", (0, 0)), ("1000,0", (1000, 0)), ("007,10", (7, 10))]
)
def test_parse(value: str | None, pair: tuple[int, int]) -> None:
    assert parse(value) == pair


UNREADABLE = ["", "abc", "1", "1,", ",1", "1,2,3", "-1,0", "+1,0", "1.5,0", "1, 2", " 1,2", "1,2\n", "٣,0"]


@pytest.mark.parametrize("value", [*UNREADABLE, "9" * 400 + ",1"])
def test_anything_else_is_unreadable(value: str) -> None:
    with pytest.raises(ValueError, match="heart-beat is"):
        parse(value)


@pytest.mark.parametrize(
    ("client", "server", "beats"),
    [
        ((0, 0), (0, 0), NO_BEATS),
        ((0, 0), (5000, 5000), NO_BEATS),
        ((5000, 5000), (0, 0), NO_BEATS),
        ((1000, 2000), (3000, 4000), Beats(4.0, 3.0)),
        ((4000, 3000), (2000, 1000), Beats(4.0, 3.0)),
        ((1000, 0), (0, 1000), Beats(1.0, None)),
        ((0, 1000), (1000, 0), Beats(None, 1.0)),
        ((100, 100), (1000, 1000), Beats(1.0, 1.0)),
        ((0, 500), (250, 700), Beats(None, 0.5)),
        ((1, 1), (1, 1), Beats(0.001, 0.001)),
    ],
)
def test_negotiate(client: tuple[int, int], server: tuple[int, int], beats: Beats) -> None:
    assert negotiate(client, server) == beats


def test_we_send_early_and_judge_late() -> None:
    beats = Beats(send=10.0, receive=4.0)
    assert send_due(beats, 100.0) == 105.0
    assert receive_overdue_at(beats, 100.0, margin=0.5) == 108.5
    later = receive_overdue_at(beats, 100.0)
    assert later is not None
    assert later > 108.0


def test_without_a_promise_nothing_is_due() -> None:
    assert send_due(NO_BEATS, 100.0) is None
    assert receive_overdue_at(NO_BEATS, 100.0) is None
