"""The table of phases, enumerated: every phase with every frame in both directions."""

from __future__ import annotations

from itertools import product

import pytest

from stomptui.stomp.frame import Frame
from stomptui.stomp.phase import AFTER_CLOSE, CLIENT_FRAMES, EXPECTED, NEXT, SENDABLE, Phase, after
from stomptui.stomp.rules import refusal
from stomptui.stomp.state import State

CLIENT = ["CONNECT", "STOMP", *sorted(CLIENT_FRAMES)]
SERVER = ["CONNECTED", "MESSAGE", "RECEIPT", "ERROR"]


def test_every_phase_is_in_every_table() -> None:
    assert set(SENDABLE) == set(EXPECTED) == set(AFTER_CLOSE) == set(Phase)


def test_only_possible_frames_lead_on() -> None:
    for phase, direction, command in NEXT:
        allowed = SENDABLE if direction == "to_broker" else EXPECTED
        assert command in allowed[phase]


@pytest.mark.parametrize(("phase", "command"), list(product(Phase, CLIENT)))
def test_sending_what_the_table_lacks_is_refused(phase: Phase, command: str) -> None:
    state = State()
    state.phase = phase
    why_not = refusal(state, Frame(command, [("destination", "/queue/q"), ("transaction", "t"), ("id", "1")]))
    if command not in SENDABLE[phase]:
        assert why_not is not None
        assert why_not.startswith(f"{command} cannot be sent: ")
    else:
        assert why_not is None or "cannot be sent" not in why_not


@pytest.mark.parametrize(("phase", "command"), list(product(Phase, SERVER)))
def test_receiving_what_the_table_lacks_is_marked(phase: Phase, command: str) -> None:
    state = State()
    state.phase = phase
    frame = Frame(command, [("version", "1.2")])
    events = state.observe("to_client", frame, 1.0)
    assert events
    assert ("unexpected" in [mark.code for mark in frame.marks]) == (command not in EXPECTED[phase])
    assert state.phase is after(phase, "to_client", command)


@pytest.mark.parametrize(("phase", "command"), list(product(Phase, CLIENT + SERVER + ["FROB"])))
def test_observing_never_refuses(phase: Phase, command: str) -> None:
    for direction in ("to_broker", "to_client"):
        state = State()
        state.phase = phase
        assert state.observe(direction, Frame(command), 1.0)
        assert state.frames == 1


@pytest.mark.parametrize("phase", Phase)
def test_the_end_of_the_transport(phase: Phase) -> None:
    state = State()
    state.phase = phase
    assert state.observe_closed("ended", 1.0, False)
    assert state.phase in (Phase.CLOSED, Phase.FAILED)
    assert state.observe_closed("again", 2.0, False) == []


def test_a_mark_is_added_once() -> None:
    frame = Frame("MESSAGE")
    State().observe("to_client", frame, 1.0)
    State().observe("to_client", frame, 1.0)
    assert len(frame.marks) == 1
