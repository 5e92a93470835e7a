"""What the end of a connection or subscription would do is said before it, and after it, in every place."""

from __future__ import annotations

import pytest

from stomptui import brokers
from stomptui.capture.record import Kind
from stomptui.console.dialogs.broker import broker_entries
from stomptui.console.dialogs.confirm import ConfirmDialog, QuitQuestion
from stomptui.console.outage import Outage
from stomptui.console.panes.session import session_lines
from stomptui.console.widgets.record_words import remarks
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import Frame
from tests.console.frames import record
from tests.console.opened import opened
from tests.console.views import session, view
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, message, play

BACK = "this broker puts them back as redelivered"
GONE = "this broker drops them with their subscription"


@pytest.mark.parametrize("server", [RABBITMQ, ACTIVEMQ])
def test_queues_and_topics_are_told_apart_without_looking_at_every_message(server: str) -> None:
    script = play().connects(server).subscribes("/queue/q", id="1").subscribes("/topic/t", id="2")
    script.gets(message("1"), message("2"), message("3", subscription="2"))
    words = brokers.words(script.state.dialect)
    told = brokers.at_the_end(words, script.state)
    assert told == [f"2 unsettled: {BACK}", f"1 unsettled, of topics or own queues: {GONE}"]
    made = script.state.subscriptions
    assert brokers.at_unsubscribe(words, made["1"]) == words.on_unsubscribe
    assert brokers.at_unsubscribe(words, made["2"]) == "drops them with their subscription"
    script.closes()
    assert not script.state.ledger
    assert brokers.at_the_end(words, script.state) == told, "after the end too"


def test_nothing_unsettled_has_nothing_to_say() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/q")
    assert brokers.at_the_end(brokers.words(script.state.dialect), script.state) == []


def test_the_session_pane_says_it_before_and_after() -> None:
    before = list(session_lines(view(session(3))))
    assert ("close", f"3 unsettled: {BACK}", "") in before
    lost = Outage(0.0, "reset by the peer", cost=f"3 unsettled: {BACK}.")
    after = list(session_lines(view(session(3), outage=lost)))
    assert ("cost", f"3 unsettled: {BACK}.", "") in after
    assert ("close", "it puts them back as redelivered", "$muted") in list(session_lines(view(session())))


@pytest.mark.parametrize(("minutes", "when"), [(21, "in 9m"), (31, "any moment")])
def test_the_session_pane_warns_of_an_old_message(minutes: int, when: str) -> None:
    young = [words for _, words, _ in session_lines(view(session(1), now=19 * 60.0))]
    old = [
        words for label, words, _ in session_lines(view(session(1), now=minutes * 60.0)) if label == "oldest"
    ]
    assert not any("too long" in words for words in young)
    assert len(old) == 1 and old[0].startswith(when)
    assert old[0].endswith("ends the connection for one unsettled too long, and puts all back as redelivered")


def test_what_the_broker_said_of_its_patience_counts() -> None:
    words = "delivery acknowledgement on channel 1 timed out. Timeout value used: 60000 ms. This"
    told = f"PRECONDITION_FAILED - {words}".encode()
    script = (
        play().connects(RABBITMQ).gets(Frame("ERROR", [("message", "precondition_failed")], told)).closes()
    )
    again = play(connection=2)
    again.state.succeed(script.state)
    again.connects(RABBITMQ).subscribes("/queue/q").at(100.0).gets(message("1"))
    assert brokers.taken_back_soon(again.state, 130.0) is None
    assert brokers.taken_back_soon(again.state, 145.0) == pytest.approx(15.0)
    lines = [words for label, words, _ in session_lines(view(again.session, now=145.0)) if label == "oldest"]
    assert lines[0].startswith("in 15s, as it said before, this broker ends the connection")
    page = dict(broker_entries(view(again.session)))["What RabbitMQ does"]
    assert ("", "here it is 60 s, as an ERROR said") in page


@pytest.mark.parametrize(
    ("destination", "lives", "said"),
    [
        ("/queue/q", False, ": its connection has ended, and this broker puts them back as redelivered"),
        ("/topic/t", False, "this broker drops them with their subscription, unless it is durable"),
        ("/queue/q", True, "can be settled no more"),
        ("/queue/q", None, "can be settled no more"),
    ],
)
def test_a_message_that_was_lost_says_what_became_of_it(
    destination: str, lives: bool | None, said: str
) -> None:
    frame = Frame("MESSAGE", [("destination", destination)], b"x")
    lost = record(frame, settlement=Settlement.LOST, kind=Kind.FRAME)
    [[(words, _)]] = remarks(lost, brokers.words(brokers.rabbitmq.RABBITMQ), lives=lives)
    assert words.startswith("can be settled no more") and words.endswith(said)


async def test_the_questions_and_the_toast_of_the_console() -> None:
    async with opened() as console:
        await console.subscribe("/queue/q")
        await console.subscribe("/topic/t")
        console.broker.publish("/queue/q", b"1")
        console.broker.publish("/topic/t", b"2")
        await console.arrived(2)
        await console.press("ctrl+q")
        await console.until(lambda: isinstance(console.app.screen, QuitQuestion))
        question = console.app.screen.question  # type: ignore[attr-defined]
        assert question == (f"1 unsettled: {BACK}. 1 unsettled, of topics or own queues: {GONE}. Quit?")
        await console.press("n", "1", "down", "delete")
        await console.until(lambda: isinstance(console.app.screen, ConfirmDialog))
        question = console.app.screen.question  # type: ignore[attr-defined]
        assert question == f"Unsubscribe from /topic/t? 1 of its messages are unsettled: {GONE}."
