"""Heart-beats: sent early, judged late, and not judged while nobody reads."""

from __future__ import annotations

import pytest

from stomptui.stomp.errors import LocalProtocolError
from stomptui.stomp.phase import Phase
from stomptui.stomp.unruly import WITHHELD
from tests.stomp.playbook import Play, frames, play


def beating(client: tuple[int, int] = (1000, 1000), server: str = "1000,1000", grace: float = 1.0) -> Play:
    """Connected at 0 s; both periods are one second unless told otherwise."""
    return play(heart_beat=client, grace=grace).connects(None, "1.2", ("heart-beat", server))


def test_both_directions_are_negotiated() -> None:
    script = beating((1000, 3000), "2000,5000")
    assert (script.state.asked, script.state.offered) == ((1000, 3000), (2000, 5000))
    assert script.state.beats == (5.0, 3.0)


def test_ours_go_out_at_half_the_period() -> None:
    script = beating()
    script.written.clear()
    assert script.session.deadline() == 0.5
    script.ticks(0.4).tells().writes()
    script.ticks(0.5).tells("beat out").writes(b"\n")
    assert (script.session.deadline(), script.state.beats_sent, script.state.last_sent) == (1.0, 1, 0.5)


def test_any_frame_puts_ours_off() -> None:
    script = beating().at(0.4).sends(frames.send("/queue/q"))
    assert script.session.deadline() == 0.9


def test_theirs_are_missed_after_two_periods_and_a_margin_and_once() -> None:
    script = beating((0, 1000), "1000,0")
    assert script.session.deadline() == 3.0
    script.ticks(2.9).tells().ticks(3.0).tells("beat missed after 3").ticks(9.0).tells()
    assert (script.state.beats_missed, script.session.deadline()) == (1, None)
    script.at(9.5).gets(b"\n").tells("1 beats in")
    assert script.session.deadline() == 12.5


def test_the_margin_can_be_set() -> None:
    assert beating((0, 1000), "1000,0", grace=5.0).session.deadline() == 7.0


@pytest.mark.parametrize("data", [b"\n", b"MESS", b"MESSAGE\n\n\0"])
def test_any_octets_are_a_sign_of_life(data: bytes) -> None:
    script = beating((0, 1000), "1000,0")
    script.session.receive(data)
    script.ticks(2.0)
    assert script.session.deadline() == 5.0


def test_beats_are_counted() -> None:
    script = beating().at(2.0).gets(b"\n\n\n").tells("3 beats in")
    assert (script.state.beats_received, script.state.last_received) == (3, 2.0)


def test_nothing_is_judged_while_nobody_reads() -> None:
    script = beating((0, 1000), "1000,0")
    script.session.paused(1.0)
    assert script.session.deadline() is None
    script.ticks(60.0).tells()
    script.session.resumed(60.0)
    assert script.session.deadline() == 63.0
    script.ticks(62.0).tells().at(62.5).gets(b"\n").tells("1 beats in").ticks(63.0).tells()
    assert script.session.deadline() == 65.5


def test_a_broker_that_died_while_nobody_read_is_noticed() -> None:
    script = beating((0, 1000), "1000,0")
    script.session.paused(1.0)
    script.session.resumed(60.0)
    script.ticks(63.0).tells("beat missed after 63")


@pytest.mark.parametrize(
    ("client", "server"), [((0, 0), "0,0"), ((1000, 0), "1000,0"), ((0, 0), "1000,1000")]
)
def test_none_in_effect_is_none_due(client: tuple[int, int], server: str) -> None:
    script = beating(client, server)
    assert (script.state.beats, script.session.deadline()) == ((None, None), None)
    script.ticks(1e6).tells()


def test_without_the_header_there_are_none() -> None:
    script = play().connects()
    assert (script.state.offered, script.state.beats, script.state.beats_mark) == ((0, 0), (None, None), None)


def test_an_unreadable_header_is_none_and_a_mark() -> None:
    script = play()
    script.session.connect(0.0)
    script.gets(b"CONNECTED\nversion:1.2\nheart-beat:abc\n\n\0")
    assert script.state.beats == (None, None)
    assert script.state.beats_mark is not None
    assert "'abc'" in script.state.beats_mark
    connected = script.events[-1]
    assert [mark.code for mark in connected.frame.marks] == ["heart-beat"]  # type: ignore[union-attr]


def test_none_are_due_before_connected_and_after_the_end() -> None:
    script = play(heart_beat=(1000, 1000))
    assert script.session.deadline() is None
    script.session.connect(0.0)
    assert script.session.deadline() is None
    script.gets(b"CONNECTED\nversion:1.2\nheart-beat:1000,1000\n\n\0").closes()
    assert script.state.phase is Phase.CLOSED
    assert script.session.deadline() is None


def test_ours_are_withheld_for_a_time_and_sent_right_after_it() -> None:
    script = beating((1000, 0))
    script.session.misbehave(WITHHELD, 30.0, 0.2)
    script.written.clear()
    for now in (0.5, 1.0, 29.9):
        script.ticks(now).tells().writes()
    assert script.session.unruly is not None and script.session.unruly.left(29.9) == pytest.approx(0.3)
    assert script.state.beats_omitted == 29
    script.ticks(30.2).tells("beat out").writes(b"\n")
    assert (script.session.deadline(), script.state.beats_omitted) == (30.7, 30)
    assert not script.session.unruly


def test_ours_come_later_for_a_time() -> None:
    script = beating((1000, 0))
    script.session.misbehave(0.25, 2.0, 0.0)
    script.written.clear()
    script.ticks(0.7).tells().writes()
    script.ticks(0.75).tells("beat out").writes(b"\n")
    assert script.session.deadline() == 1.5
    script.ticks(1.5).tells("beat out")
    assert script.session.deadline() == 2.0, "the time is over before this one is due"
    script.ticks(2.0).tells("beat out")
    assert (script.session.deadline(), script.session.unruly, script.state.beats_omitted) == (2.5, None, 0)


def test_frames_go_as_always_while_beats_are_withheld() -> None:
    script = beating((1000, 0))
    script.session.misbehave(WITHHELD, 30.0, 0.0)
    script.written.clear()
    script.at(0.5).sends(frames.send("/queue/q"))
    assert len(script.written) == 1
    script.events.clear()
    assert script.session.deadline() == 1.5, "when the promise is broken"
    script.ticks(1.5).tells()
    assert (script.state.beats_omitted, script.session.deadline()) == (1, 2.5)


def test_beats_are_withheld_only_where_they_are_in_effect_and_for_a_bounded_time() -> None:
    with pytest.raises(LocalProtocolError, match="there are none to withhold"):
        beating((0, 1000)).session.misbehave(WITHHELD, 1.0, 0.0)
    script = beating()
    for by, seconds in (
        (WITHHELD, 0.0),
        (WITHHELD, 601.0),
        (WITHHELD, float("nan")),
        (0.0, 1.0),
        (601.0, 1.0),
    ):
        with pytest.raises(ValueError, match="is not between 0 and 600 s"):
            script.session.misbehave(by, seconds, 0.0)
    assert script.session.unruly is None
    script.session.misbehave(WITHHELD, 600.0, 0.0)
    script.closes()
    assert (script.session.unruly, script.session.deadline()) == (None, None)


def test_how_regularly_theirs_come() -> None:
    script = beating()
    jitter = script.state.jitter
    for now in (1.0, 2.25, 3.0):
        script.at(now).gets(b"\n")
    assert (len(jitter), jitter.every, jitter.mean, jitter.worst) == (2, 1.0, 0.25, 0.25)
    script.at(3.5).gets(b"ERROR\n\n\0\n\n").at(4.5).gets(b"\n\n")
    assert len(jitter) == 2, "behind a frame or another it says nothing"
    script.session.paused(5.0)
    script.session.resumed(9.0)
    script.at(9.1).gets(b"\n")
    assert len(jitter) == 2, "nobody read when it came"
    for now in range(10, 200):
        script.at(float(now)).gets(b"\n")
    assert (len(jitter), jitter.worst) == (100, 0.0)
