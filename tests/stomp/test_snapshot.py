"""A state that was written down and read again goes on as it would have; what is no snapshot is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui import brokers
from stomptui.stomp.checked import SnapshotError
from stomptui.stomp.events import Event
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.phase import Direction
from stomptui.stomp.snapshot import restored, snapshot, taken
from stomptui.stomp.state import State
from tests.stomp.playbook import ACTIVEMQ, ARTEMIS, RABBITMQ, error, frames, message, play, receipt, told

KEYS = st.sampled_from(["a", "b", "c", "a\udcff:b"])
SUBSCRIPTIONS = st.sampled_from(["1", "2"])
MODES = st.sampled_from(AckMode)


def maybe(name: str, *values: str) -> st.SearchStrategy[list[tuple[str, str]]]:
    """No header, or one of these."""
    return st.sampled_from([[], *([(name, value)] for value in values)])


JOINS, RECEIPT = maybe("transaction", "t", "u"), maybe("receipt", "r-1", "r-2", "r-3")


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """A frame that mostly has to do with the ones before it; or heart-beats."""
    command = draw(
        st.sampled_from(
            [
                *("MESSAGE", "MESSAGE", "MESSAGE", "ACK", "NACK", "SEND", "BEGIN", "COMMIT", "ABORT"),
                *("SUBSCRIBE", "UNSUBSCRIBE", "RECEIPT", "RECEIPT", "ERROR", "beat", "missed"),
            ]
        )
    )
    match command:
        case "MESSAGE" | "ACK" | "NACK":
            key = draw(KEYS)
            name = "id" if command != "MESSAGE" else "ack"
            own = [(name, key), ("message-id", key), ("subscription", draw(SUBSCRIPTIONS))]
            if command == "MESSAGE":
                return command, own + draw(maybe("redelivered", "true"))
            cut = draw(st.integers(0, 2))
            return command, own[cut:] + draw(JOINS) + draw(RECEIPT) + draw(maybe("requeue", "false"))
        case "SEND":
            return command, [("destination", "/q"), *draw(JOINS), *draw(RECEIPT)]
        case "BEGIN" | "COMMIT" | "ABORT":
            return command, [("transaction", draw(st.sampled_from("tu"))), *draw(RECEIPT)]
        case "SUBSCRIBE":
            headers = [("id", draw(SUBSCRIPTIONS)), ("destination", "/q"), ("ack", str(draw(MODES)))]
            return command, headers + draw(RECEIPT)
        case "UNSUBSCRIBE":
            return command, [("id", draw(SUBSCRIPTIONS)), *draw(RECEIPT)]
        case "RECEIPT":
            return command, [("receipt-id", draw(st.sampled_from(["r-1", "r-2", "r-3"])))]
        case "ERROR":
            return command, draw(maybe("receipt-id", "r-1", "r-2"))
    return command, []


SENT = {"SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT"}


class Passing:
    """A state and the frames that it was shown, by number."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.frames: dict[int, Frame] = {}

    def step(self, command: str, headers: list[tuple[str, str]], now: float) -> list[Event]:
        state = self.state
        if command == "beat":
            return state.observe_beat("to_client", now, 2)
        if command == "missed":
            return state.observe_missed(now)
        frame = Frame(command, headers, b"body" if command in ("MESSAGE", "SEND") else b"")
        direction: Direction = "to_broker" if command in SENT else "to_client"
        self.frames[state.frames + 1] = frame
        return [*state.advance(now), *state.observe(direction, frame, now)]


@settings(max_examples=400, deadline=None)
@given(
    server=st.sampled_from([None, RABBITMQ, ACTIVEMQ, ARTEMIS, "stomptui-demo/1.0", "Other/1"]),
    version=st.sampled_from(["1.0", "1.1", "1.2"]),
    modes=st.tuples(MODES, MODES),
    playbook=st.lists(steps(), min_size=5, max_size=40),
    part=st.floats(0, 1),
)
def test_it_goes_on_the_same(
    server: str | None,
    version: str,
    modes: tuple[AckMode, AckMode],
    playbook: list[tuple[str, list[tuple[str, str]]]],
    part: float,
) -> None:
    every = [*opening(server, version, modes), *playbook]
    goes_on_the_same(every, round(part * len(every)))


def opening(
    server: str | None, version: str, modes: tuple[AckMode, AckMode]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """A connection, two subscriptions, three messages and a transaction."""
    return [
        ("CONNECTED", [("version", version), *([("server", server)] if server else [])]),
        *(("SUBSCRIBE", [("id", str(n)), ("destination", "/q"), ("ack", m)]) for n, m in enumerate(modes, 1)),
        *(("MESSAGE", [("ack", k), ("message-id", k), ("subscription", s)]) for k, s in ("a1", "b2", "c1")),
        ("BEGIN", [("transaction", "t")]),
    ]


def goes_on_the_same(every: list[tuple[str, list[tuple[str, str]]]], cut: int) -> None:
    """What follows step `cut` is the same after the state was written down and read there."""
    first = Passing(State(7, brokers.recognise))
    first.state.observe("to_broker", Frame("CONNECT", [("heart-beat", "5,5"), ("login", "me")]), 0.0)
    for at, (command, headers) in enumerate(every[:cut]):
        first.step(command, headers, at / 50)
    data = json.loads(json.dumps(snapshot(first.state)))
    second = Passing(restored(data, brokers.recognise, first.frames.get))
    assert snapshot(second.state) == data
    assert second.state.dialect == first.state.dialect
    assert second.state.ledger.open == first.state.ledger.open
    for at, (command, headers) in enumerate(every[cut:], cut):
        assert second.step(command, headers, at / 50) == first.step(command, headers, at / 50)
    assert snapshot(second.state) == snapshot(first.state)
    assert second.state.observe_closed("", 9e9, False) == first.state.observe_closed("", 9e9, False)
    assert snapshot(second.state) == snapshot(first.state)


EVERYTHING: list[tuple[str, list[tuple[str, str]]]] = [
    ("NACK", [("id", "b"), ("message-id", "b"), ("subscription", "2"), ("receipt", "r-1")]),
    ("MESSAGE", [("ack", "d"), ("message-id", "b"), ("subscription", "2"), ("redelivered", "true")]),
    ("RECEIPT", [("receipt-id", "r-1")]),
    ("ERROR", []),
    ("ACK", [("id", "d"), ("message-id", "b"), ("subscription", "2"), ("transaction", "t")]),
    ("SEND", [("destination", "/q"), ("transaction", "t"), ("receipt", "r-2")]),
    ("ABORT", [("transaction", "t"), ("receipt", "r-3")]),
    ("RECEIPT", [("receipt-id", "r-3")]),
    ("NACK", [("id", "d"), ("message-id", "b"), ("subscription", "2")]),
    ("MESSAGE", [("ack", "e"), ("message-id", "b"), ("subscription", "2"), ("redelivered", "true")]),
    ("UNSUBSCRIBE", [("id", "1"), ("receipt", "r-1")]),
    ("ERROR", [("receipt-id", "r-1")]),
    ("BEGIN", [("transaction", "u")]),
    ("ACK", [("id", "e"), ("message-id", "b"), ("subscription", "2"), ("transaction", "u")]),
    ("COMMIT", [("transaction", "u"), ("receipt", "r-2")]),
    ("RECEIPT", [("receipt-id", "r-2")]),
    *[("beat", []) for _ in range(6)],
]


@pytest.mark.parametrize("server", [None, RABBITMQ, ACTIVEMQ])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("mode", [AckMode.CLIENT, AckMode.CLIENT_INDIVIDUAL])
def test_it_goes_on_the_same_from_every_step(server: str | None, version: str, mode: AckMode) -> None:
    every = [*opening(server, version, (mode, mode)), *EVERYTHING]
    for cut in range(len(every)):
        goes_on_the_same(every, cut)


def many(unsettled: int, mode: AckMode = AckMode.CLIENT_INDIVIDUAL) -> State:
    state = play().connects(RABBITMQ).subscribes("/queue/q", mode).state
    for number in range(unsettled):
        frame = Frame("MESSAGE", [("subscription", "1"), ("ack", f"T_1@@session-xyz@@{number}")])
        state.observe("to_client", frame, 1000 + number / 7)
    return state


def test_many_unsettled_messages_take_few_octets_each() -> None:
    small, large = (len(json.dumps(snapshot(many(count)))) for count in (0, 20_000))
    assert small < 2_000
    assert (large - small) / 20_000 < 16


def test_it_is_written_as_it_was_when_it_was_taken() -> None:
    state = many(5, AckMode.CLIENT)
    before = snapshot(state)
    held = taken(state)
    state.observe("to_broker", frames.begin("t"), 2000.0)
    state.observe("to_broker", Frame("ACK", [("id", "T_1@@session-xyz@@2"), ("transaction", "t")]), 2000.0)
    state.observe("to_broker", frames.unsubscribe("1"), 2001.0)
    assert len(state.ledger.held) == 2
    steps = held.steps()
    assert [next(steps)] == [None]
    with pytest.raises(StopIteration) as done:
        next(steps)
    assert done.value.value == before


def full() -> dict[str, Any]:
    """A snapshot in which nothing is empty."""
    script = play().connects(RABBITMQ).subscribes("/queue/q", AckMode.CLIENT, receipt="r-9")
    script.gets(*(message(str(n)) for n in range(4))).settles("NACK", 4).sends(frames.begin("t"))
    script.settles("ACK", 5, receipt="r-1").gets(receipt("r-9")).gets(error())
    script.sends(frames.unsubscribe("1")).sends(frames.send("/queue/a", receipt="r-2"))
    return json.loads(json.dumps(snapshot(script.state)))  # type: ignore[no-any-return]


WRONG: list[Any] = [
    None,
    True,
    -1,
    1.5,
    "x",
    "\udcff",
    [],
    [1],
    [[1]],
    {},
    1 << 70,
    [1, 10**12],
    float("inf"),
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every value within, as what holds it and where."""
    inner = list(value.items() if isinstance(value, dict) else enumerate(value))
    own = [(value, key) for key, _ in inner]
    return own + [place for _, one in inner if isinstance(one, (dict, list)) for place in places(one)]


def test_what_is_no_snapshot_is_refused_or_read() -> None:
    refused = 0
    for at in range(len(places(full()))):
        for wrong in WRONG:
            data = full()
            holder, key = places(data)[at]
            holder[key] = wrong
            try:
                state = restored(data, brokers.recognise)
            except SnapshotError as refusal:
                refused += 1
                assert "\n" not in str(refusal)
                continue
            state.observe("to_client", error(("receipt-id", "r-1")), 5.0)
            state.observe("to_broker", frames.commit("t"), 5.0)
            state.observe("to_client", error(), 5.0)
            state.observe("to_client", message("9"), 5.0)
            assert all(told(event) for event in state.observe_closed("", 6.0, False))
    assert refused > 500


def test_a_frame_that_is_awaited_twice_is_refused() -> None:
    script = play().connects(RABBITMQ).sends(frames.begin("t"))
    script.sends(frames.send("/queue/q", transaction="t", receipt="r"))
    data = snapshot(script.state)
    data["receipts"][1] = [0, 1, 0, 1]
    with pytest.raises(SnapshotError, match="what is awaited"):
        restored(data, brokers.recognise)


@pytest.mark.parametrize("data", [None, [], {}, {"form": 2}, "x" * 9])
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises(SnapshotError):
        restored(data, brokers.recognise)


def test_a_newer_form_says_so() -> None:
    with pytest.raises(SnapshotError, match="has form 2, this stomptui reads 1"):
        restored({**full(), "form": 2}, brokers.recognise)


def test_a_bomb_is_refused() -> None:
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b"[" + b" " * (65 << 20) + b"]")).decode()
    with pytest.raises(SnapshotError):
        restored({**full(), "subscriptions": bomb}, brokers.recognise)
