"""The guard: its rule as a table, where it is asked, and how it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stomptui import brokers
from stomptui.brokers.activemq import ACTIVEMQ
from stomptui.brokers.rabbitmq import RABBITMQ
from stomptui.console import settings, themes
from stomptui.console.guard import ASKED, HARMLESS, Guard, Kind, Lock, why_not
from stomptui.console.keys import KEYS
from stomptui.console.panes.status import status_row
from stomptui.console.prepared import prepared
from stomptui.stomp.dialect import SPECIFICATION
from stomptui.stomp.frame import Frame
from tests.console.views import LOST, session, view

READ_ONLY, ASK = Guard(Kind.READ_ONLY), Guard(Kind.ASK)
UNLOCKED = Guard(Kind.READ_ONLY, unlocked=True)
SHORT = {"read-only": "| locked", "unlocked": "| open", "ask": "| ask"}
COMMANDS = sorted(HARMLESS | ASKED | {"SUBSCRIBE", "JUMP"})


def subscribing(destination: str, ack: str | None = "auto", *more: tuple[str, str]) -> Frame:
    mode = () if ack is None else (("ack", ack),)
    return Frame("SUBSCRIBE", [("id", "1"), ("destination", destination), *mode, ("receipt", "r"), *more])


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_guard_and_unlocked_everything_may_be_sent(command: str) -> None:
    for guard in (Guard(), UNLOCKED):
        assert why_not(guard, command, agreed=False) is None


@pytest.mark.parametrize("command", COMMANDS)
def test_read_only_lets_only_through_what_takes_nothing(command: str) -> None:
    reason = why_not(READ_ONLY, command)
    if command in ("SUBSCRIBE", *HARMLESS):
        assert reason is None
    else:
        assert reason is not None and reason.startswith("read-only: ") and reason.endswith("; ! unlocks")


@pytest.mark.parametrize("command", COMMANDS)
def test_one_that_asks_lets_only_through_what_was_asked_about(command: str) -> None:
    assert why_not(ASK, command, agreed=True) is None
    assert (why_not(ASK, command, agreed=False) is not None) is (command in ASKED)


@pytest.mark.parametrize(
    ("frame", "dialect", "words"),
    [
        (subscribing("/topic/prices"), RABBITMQ, None),
        (subscribing("/topic/prices", None), RABBITMQ, None),
        (subscribing("/exchange/amq.topic/orders.#"), RABBITMQ, None),
        (subscribing("/topic/VirtualTopic.Orders", "auto", ("selector", "a = 1")), ACTIVEMQ, None),
        (subscribing("/queue/orders"), RABBITMQ, "a subscription to a queue takes messages"),
        (subscribing("/amq/queue/orders"), RABBITMQ, "takes messages"),
        (subscribing("/queue/orders"), ACTIVEMQ, "a subscription to a queue takes messages"),
        (subscribing("/topic/prices"), SPECIFICATION, "nothing says what /topic/prices is to this broker"),
        (subscribing("/topic/prices", "client"), RABBITMQ, "in mode client messages are held"),
        (subscribing("/topic/prices", "client-individual"), ACTIVEMQ, "in mode client-individual"),
        (subscribing("/topic/prices", "auto", ("x-queue-name", "orders")), RABBITMQ, "header x-queue-name"),
        (subscribing("/topic/prices", "auto", ("durable", "true")), RABBITMQ, "header durable"),
        (subscribing("/topic/a", "auto", ("destination", "/queue/a")), RABBITMQ, "destination stands twice"),
        (subscribing("/topic/a", "auto", ("ack", "client")), RABBITMQ, "ack stands twice"),
    ],
)
def test_read_only_subscribes_where_nobody_loses_anything(
    frame: Frame, dialect: Any, words: str | None
) -> None:
    reason = why_not(READ_ONLY, "SUBSCRIBE", frame, brokers.words(dialect))
    if words is None:
        assert reason is None
    else:
        assert reason is not None and words in reason and reason.endswith("; ! unlocks")
    assert why_not(ASK, "SUBSCRIBE", frame, brokers.words(dialect), agreed=False) is None


SENDS_NOTHING = {
    *("feed.stop", "session.unlock", "session.lock"),
    *("collect.toggle", "collect.back", "collect.review"),  # what is reviewed asks when it is sent
}


@pytest.mark.parametrize("key", [key for key in KEYS.values() if key.live], ids=lambda key: key.id)
def test_every_key_that_sends_asks_the_guard(key: Any) -> None:
    """A key of a live console says what it sends, or is one of those that send nothing by themselves."""
    assert key.sends or key.id in SENDS_NOTHING
    refused = key.why_not(view(session(3), guard=READ_ONLY))
    said = refused is not None and refused.startswith("read-only: ")
    assert said is (why_not(READ_ONLY, key.sends) is not None if key.sends else False)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("guard", [READ_ONLY, UNLOCKED, ASK])
def test_the_status_row_never_drops_it(width: int, guard: Guard) -> None:
    for changes in ({}, {"reading": False}, {"outage": LOST}):
        said = status_row(view(session(3), now=4.0, rate=1000.0, guard=guard, **changes), width).plain
        assert len(said) <= width, said
        assert said.endswith(f"| {guard.words}") or (width == 40 and said.endswith(SHORT[guard.words])), said


def test_the_settings_hold_unless_the_command_line_says_otherwise() -> None:
    for told, held, kind in (
        (None, Kind.ASK, Kind.ASK),
        (None, Kind.NONE, Kind.NONE),
        (Kind.READ_ONLY, Kind.ASK, Kind.READ_ONLY),
        (Kind.NONE, Kind.READ_ONLY, Kind.NONE),
    ):
        lock = Lock(told)
        lock.settle(held, "f9")
        assert lock.guard.kind is kind
        lock.begin()
        assert lock.guard.how == "f9 unlocks"


def test_the_console_takes_guard_and_key_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text('guard = "read-only"\n[keys]\nsession.unlock = "f9"\n')
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.toml")
    for told, kind in ((None, Kind.READ_ONLY), (Kind.ASK, Kind.ASK)):
        lock = Lock(told)
        prepared(None, lock)
        assert lock.guard.kind is kind and "once f9 has unlocked it" in lock.guard.how
        lock.begin()
        assert lock.guard.how == "f9 unlocks"


@pytest.mark.parametrize("theme", themes.shipped(), ids=lambda theme: theme.name)
def test_rules_have_the_colour_of_the_guard_in_every_theme(theme: Any) -> None:
    known = {**themes.variables(theme), **theme.variables}
    assert themes.guarded(known, "") == known
    seen = set()
    for guard in ("read-only", "unlocked", "ask"):
        told = themes.guarded(known, guard)
        assert told["rule"] == told["rule-focus"] == told["title-focus"] == known[f"guard-{guard}"]
        seen.add(told["rule"])
    assert len(seen) == 3
