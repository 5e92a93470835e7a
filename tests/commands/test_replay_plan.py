"""What a replay says beforehand, and which headers of a MESSAGE it leaves out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stomptui.brokers import activemq, rabbitmq
from stomptui.capture import files
from stomptui.capture.replay import Choice, Step, Survey
from stomptui.commands import replay_plan
from stomptui.stomp import frame as frames
from stomptui.stomp.failover import parse_failover
from stomptui.stomp.frame import Frame
from tests.capture.recorded import Kept, capture


def test_headers_are_left_out_by_the_broker_they_came_from_and_the_one_they_go_to(tmp_path: Path) -> None:
    greetings = [
        Kept(Frame("CONNECTED", [("version", "1.2"), ("server", "RabbitMQ/3.10.8")]), connection=1),
        Kept(Frame("CONNECTED", [("version", "1.2"), ("server", "ActiveMQ/5.17.2")]), connection=2),
    ]
    db = files.look(capture(tmp_path / "a.stomptui", greetings))
    names = replay_plan.not_resent(db, frozenset({"here"}))
    db.close()
    assert names(1) == rabbitmq.WORDS.not_resent | {"here"}
    assert names(2) == activemq.WORDS.not_resent | {"here"} != names(1)
    assert {"message-id", "subscription", "ack", "here"} <= names(3)


def test_the_greeting_may_have_fallen_off(tmp_path: Path) -> None:
    path = capture(tmp_path / "a.stomptui", [])
    db = files.go_on(path)
    db.execute("INSERT INTO connection (connection, role, server) VALUES (1, 'client', 'RabbitMQ/3.10.8')")
    assert replay_plan.not_resent(db)(1) == rabbitmq.WORDS.not_resent
    db.close()


def test_destinations_are_listed_the_most_first_and_the_rest_counted() -> None:
    destinations = Counter({f"/queue/{n}": n for n in range(1, 31)})
    found = Survey(destinations.total(), 0, 7200.0, destinations, Counter())
    lines = replay_plan.announcement(Choice(), found, "here", kept=3, again=2)
    assert lines[0] == "465 SENDs to here, in 2.0 h at least:"
    assert lines[1].split() == ["30", "/queue/30"] and len(lines) == 1 + 21 + 2
    assert lines[21].split() == ["55", "to", "10", "more", "destinations"]
    assert lines[22:] == [
        "3 confirmed already are not sent again",
        "2 whose outcome is unknown are sent again: they may come twice",
    ]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"text\tand\nlines", "text and\nlines"),
        (b"\x1b[31m", "\u241b[31m"),
        (b"\xff", "(no text, 1 octet)"),
        (b"a" * 2000, "a" * 2000),
        (b"a" * 2001, "a" * 2000 + "\n(2,001 octets in all)"),
        ("ü".encode() * 5000, "ü" * 2000 + "\n(10,000 octets in all)"),
        (b"a" + "ü".encode() * 5000, "a" + "ü" * 1999 + "\n(10,001 octets in all)"),
    ],
)
def test_the_beginning_of_a_body(body: bytes, shown: str) -> None:
    step = Step(0.5, frames.send("/queue/a", body, content_length=False), 7)
    assert replay_plan.shown(step) == (
        f"# record 7, 0.500 s after the one before\nSEND\ndestination:/queue/a\n\n{shown}\n"
    )


def test_records_in_words() -> None:
    assert replay_plan.records([3, 1, 2, 9, 11, 12]) == "1-3, 9, 11-12"
    assert replay_plan.records(range(0, 100, 2)).endswith("36, 38 and 30 more")


def test_all_brokers_of_a_list_are_named() -> None:
    brokers = parse_failover("failover:(stomp://a/shop,stomp+ssl://me:secret@b)")
    assert replay_plan.place(brokers) == "a:61613 (virtual host shop) or b:61614 (virtual host /)"
