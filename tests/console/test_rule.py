"""A rule itself: what it decides and counts, what it says beforehand, where there can be none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui import brokers
from stomptui.brokers import NackOutcome
from stomptui.capture.filter import Filter
from stomptui.console.rule import (
    Decided,
    Preview,
    Rule,
    Tally,
    Verdict,
    chosen,
    decide,
    foreseen,
    meant,
)
from stomptui.console.ruling import Ruling, Running
from stomptui.stomp import frame as frames
from stomptui.stomp.events import Closed, ErrorReceived, MessageReceived, Settlement
from stomptui.stomp.frame import AckMode, Frame
from tests.console.views import current, session, view
from tests.stomp.playbook import ACTIVEMQ, RABBITMQ, play

MATCH, OTHER, LARGE, NOT_OURS = Verdict
DISCARD = NackOutcome("d", "discard", (("requeue", "false"),), "discarded")
BACK = NackOutcome("b", "back to queue (comes again at once)", (), "sent back to the queue")
ALL = Filter("TRUE", "1", (), needs_octets=False)
EACH, CLIENT, AUTO = AckMode.CLIENT_INDIVIDUAL, AckMode.CLIENT, AckMode.AUTO


def made(most: int = 10, *, acks: bool = True, nack: NackOutcome | None = DISCARD) -> Rule:
    return Rule("1", "/queue/a", ALL, most, acks, nack)


def sent(rule: Rule, tally: Tally, *verdicts: Verdict) -> Decided:
    """Decide, and count all that is to be sent as sent."""
    done = decide(rule, tally, enumerate(verdicts, 1))
    return done._replace(tally=done.tally.sent(len(done.acks), len(done.nacks), 0))


def test_matches_are_acked_others_nacked_and_what_is_not_ours_is_left() -> None:
    done = sent(made(), Tally(), MATCH, OTHER, LARGE, NOT_OURS, MATCH)
    assert (done.acks, done.nacks) == ((1, 5), (2,))
    assert done.tally == Tally(acked=2, nacked=1, large=1, not_ours=1)


@pytest.mark.parametrize(
    ("acks", "nack", "left"), [(True, None, [2]), (False, DISCARD, [1]), (False, None, [1, 2])]
)
def test_what_is_to_be_left_is_counted_and_nothing_more(
    acks: bool, nack: NackOutcome | None, left: list[int]
) -> None:
    rule = made(acks=acks, nack=nack)
    done = sent(rule, Tally(), MATCH, OTHER)
    assert sorted({1, 2} - {*done.acks, *done.nacks}) == left
    assert (done.tally.left, done.tally.settled) == (len(left), 2 - len(left))
    assert rule.commands == (*["ACK"] * acks, *["NACK"] * (nack is not None))


@given(
    st.integers(1, 8), st.booleans(), st.booleans(), st.lists(st.lists(st.sampled_from(Verdict), max_size=6))
)
def test_never_more_are_settled_than_the_rule_allows_and_each_looked_at_is_counted_once(
    most: int, acks: bool, nacks: bool, slices: list[list[Verdict]]
) -> None:
    rule, tally = made(most, acks=acks, nack=DISCARD if nacks else None), Tally()
    flat: list[Verdict] = []
    for verdicts in slices:
        done = sent(rule, tally, *verdicts)
        settled = {*done.acks, *done.nacks}
        assert list(done.acks) == sorted(done.acks) and list(done.nacks) == sorted(done.nacks)
        assert all(verdicts[number - 1] is MATCH for number in done.acks)
        assert all(verdicts[number - 1] is OTHER for number in done.nacks)
        assert len(settled) == len(done.acks) + len(done.nacks)
        tally = done.tally
        flat += verdicts
    assert tally.settled <= most
    would = [one for one in flat if rule.command(one) is not None]
    assert tally.settled == min(len(would), most)
    counted = tally.settled + tally.left + tally.large + tally.not_ours
    assert counted == len(flat) if tally.settled < most else counted <= len(flat)


def test_what_comes_again_after_its_nack_counts_until_the_end() -> None:
    rule, tally = made(7, nack=BACK), Tally()
    rounds = 0
    while tally.settled < rule.most:
        done = decide(rule, tally, [(rounds, OTHER)])
        tally = done.tally.sent(0, len(done.nacks), int(rounds > 0))
        rounds += 1
    assert (rounds, tally.nacked, tally.again) == (7, 7, 6)
    assert tally.words(rule) == ("7 of 7 settled: 0 ACK, 7 NACK (6 had come again)")


def test_the_preview_counts_and_says_what_was_not_looked_at() -> None:
    found = Preview(4, 300).seen([MATCH, OTHER])
    assert not found.whole
    assert found.words == "The oldest 4 of 300 unsettled now, 2 looked at: 1 match, 1 do not."
    found = found.seen([LARGE, NOT_OURS])
    assert found.whole
    assert "1 too large to judge: left alone" in found.words
    assert "1 collected or staged: left alone" in found.words
    assert Preview().words.startswith("Nothing is unsettled now")


@pytest.mark.parametrize(
    ("most", "held", "said"),
    [
        (10, True, "At once: 10 of these, the oldest first; then it ends."),
        (20, True, "At once: 12 of these. Then up to 8 more as they come."),
        (20, False, "At once: nothing. Then up to 20 as they come."),
    ],
)
def test_what_it_would_do_at_once_is_said_before(most: int, held: bool, said: str) -> None:
    assert said in foreseen(True, DISCARD, most, held, Preview(12, 12, 5, 7), False)


def test_an_outcome_that_gives_back_is_warned_of_by_the_broker() -> None:
    dialects = [brokers.rabbitmq.WORDS.dialect, brokers.activemq.WORDS.dialect]
    assert [one.gives_back(dict(BACK.headers).get("requeue")) for one in dialects] == [True, False]
    assert not dialects[0].gives_back(dict(DISCARD.headers).get("requeue"))
    lines = foreseen(True, BACK, 10, True, Preview(1, 1, 0, 1), back=True)
    assert lines[-1] == "What comes again after its NACK is judged and counted again, 10 in all."


def test_no_rule_where_one_ack_settles_more_than_its_message() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/a", CLIENT).subscribes("/queue/b", EACH)
    found = chosen(script.state, "1")
    assert isinstance(found, str) and "mode client, where an ACK settles" in found
    each = chosen(script.state, "2")
    assert not isinstance(each, str) and each.destination == "/queue/b"
    assert "2 subscriptions await ACKs" in str(chosen(script.state, None))


def test_no_rule_where_nothing_is_ever_unsettled_or_subscribed() -> None:
    script = play().connects(ACTIVEMQ)
    assert "no subscription here awaits ACKs" in str(chosen(script.state, None))
    script.subscribes("/topic/a", AUTO)
    assert "mode auto" in str(chosen(script.state, "1"))
    assert "not subscribed now" in str(chosen(script.state, "9"))
    script.subscribes("/queue/b", EACH)
    only = chosen(script.state, None)
    assert not isinstance(only, str) and only.destination == "/queue/b"


def test_no_rule_while_frames_join_a_transaction() -> None:
    script = play().connects(RABBITMQ).subscribes("/queue/a", EACH).sends(frames.begin("tx-1"))
    assert "frames join tx-1 now" in str(chosen(script.state, None))


def test_the_subscription_meant_is_that_of_its_pane_else_that_of_the_message() -> None:
    seen = session(2)
    assert meant(view(seen, pane="subscriptions", subscription="other")) == "other"
    assert meant(view(seen, pane="feed", subscription="other", current=current(4))) == "sub-1"
    assert meant(view(seen, pane="feed", subscription="other")) is None


def running(ruling: Ruling, name: str = "s", last: int = 0) -> Running:
    rule = Rule(name, "/queue/a", ALL)
    one = Running(rule, 1, [], last)
    ruling.start(one)
    return one


def arrived(number: int, settlement: Settlement, subscription: str = "s") -> MessageReceived:
    return MessageReceived(1, number, 0.0, Frame("MESSAGE"), settlement, subscription=subscription)


def error(answers: int | None) -> ErrorReceived:
    return ErrorReceived(1, 99, 0.0, Frame("ERROR"), answers, sure=True)


def test_only_new_unsettled_messages_of_its_subscription_wait_for_it() -> None:
    ruling = Ruling()
    one = running(ruling, last=5)
    unsettled = Settlement.UNSETTLED
    ruling.take([arrived(5, unsettled), arrived(6, unsettled), arrived(7, Settlement.AUTO)])
    ruling.take([arrived(8, unsettled, "other"), arrived(9, unsettled), arrived(9, unsettled)])
    assert list(one.waiting) == [6, 9]


@pytest.mark.parametrize(
    ("answers", "ends"), [(20, True), (21, False), (None, True)], ids=["its own", "another's", "nobody's"]
)
def test_an_error_ends_it_if_it_is_or_may_be_about_one_of_its_frames(answers: int | None, ends: bool) -> None:
    ruling = Ruling()
    one = running(ruling)
    one.sent([20])
    ruling.take([error(answers)])
    assert bool(one.tally.ended) is ends


def test_an_error_that_comes_before_its_frame_is_counted_ends_it_too() -> None:
    ruling = Ruling()
    one = running(ruling)
    ruling.take([error(None)])
    assert not one.tally.ended, "nothing was sent yet: it is about something else"
    one.sending = True
    ruling.take([error(20)])
    assert not one.tally.ended
    one.sent([20])
    assert "refused one of its frames" in one.tally.ended


def test_the_end_of_the_connection_ends_all_and_the_first_reason_stays() -> None:
    ruling = Ruling()
    one, two = running(ruling), running(ruling, "t")
    one.end("stopped by hand")
    ruling.take([Closed(1, 0.0, "gone", clean=False)])
    assert one.tally.ended == "stopped by hand"
    assert "connection ended" in two.tally.ended
    assert ruling.losses == "The rules stop: /queue/a at 0 of 100, /queue/a at 0 of 100"
