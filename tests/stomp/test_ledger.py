"""The ledger by itself: its order, its look-ups, and that both stay right over any sequence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stomptui.stomp.dialect import Covers, Dialect
from stomptui.stomp.events import Settlement
from stomptui.stomp.frame import AckMode, Frame
from stomptui.stomp.ledger import REMEMBERED, Ledger, Unsettled

CONNECTION = Dialect(ack_covers=Covers.CONNECTION)


def entry(
    number: int, subscription: str = "1", mode: AckMode = AckMode.CLIENT, message_id: str | None = None
) -> Unsettled:
    key = (subscription, message_id or f"m{number}")
    return Unsettled(number, subscription, "/queue/q", mode, Frame("MESSAGE"), float(number), key)


def test_a_message_id_is_found_with_and_without_its_subscription() -> None:
    ledger = Ledger()
    first, second = entry(1), entry(2, "2", message_id="m1")
    ledger.add(first)
    ledger.add(second)
    assert ledger.find(("2", "m1")) is second
    assert ledger.find("m1") is first
    assert ledger.find(None) is None
    ledger.remove([first], Settlement.ACKED)
    assert ledger.find("m1") is second
    assert ledger.find(("2", "m1")) is second


def test_of_two_with_one_name_it_finds_the_newest_that_is_here() -> None:
    late, early = Ledger(), Ledger()
    early.find("made at once")
    pair = [Unsettled(n, "1", "/q", AckMode.CLIENT, Frame("MESSAGE"), 0.0, "same") for n in (1, 2)]
    for ledger in (late, early):
        for one in pair:
            ledger.add(one)
    assert early.find("same") is pair[1]
    for ledger in (late, early):
        ledger.remove([pair[1]], Settlement.ACKED)
        assert ledger.find("same") is pair[0]


def test_what_was_settled_is_remembered_for_a_while() -> None:
    ledger = Ledger()
    for number in range(2 * REMEMBERED + 1):
        one = entry(number)
        ledger.add(one)
        ledger.remove([one], Settlement.ACKED, 7)
    assert ledger.gone(0) is None
    gone = ledger.gone(REMEMBERED + 1)
    assert gone is not None
    assert (gone.settlement, gone.by) == (Settlement.ACKED, 7)


def test_covered_of_what_is_not_here_is_nothing() -> None:
    assert Ledger().covered(1, "ACK", CONNECTION) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "ack", "one", "stage", "unstage", "hold"]),
        st.integers(0, 2),
        st.integers(0, 100),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_any_sequence_keeps_it_consistent(steps: list[tuple[str, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("stomptui.stomp.ledger.PASSED", 0)
        consistent(steps)


def consistent(steps: list[tuple[str, int, int]]) -> None:
    ledger, model, number = Ledger(), dict[int, Unsettled](), 0
    for action, subscription, pick in steps:
        chosen = list(model.values())[pick % len(model)] if model else None
        if action == "add":
            number += 1
            mode = AckMode.CLIENT if subscription else AckMode.CLIENT_INDIVIDUAL
            model[number] = entry(number, str(subscription), mode, f"m{pick % 4}")
            ledger.add(model[number])
        elif chosen is None:
            continue
        elif action == "ack":
            for one in ledger.covered(chosen.number, "ACK", CONNECTION):
                model.pop(one.number, None)
                ledger.remove([one], Settlement.ACKED)
        elif action == "stage":
            ledger.stage([chosen], "tu"[pick % 2])
        elif action == "unstage":
            was = chosen.transaction
            assert ledger.unstage([chosen.number, 9999]) == ([chosen.number] if was else [])
        else:
            del model[chosen.number]
            if action == "one":
                ledger.remove([chosen, chosen], Settlement.NACKED)
            else:
                ledger.hold([chosen], "held")
        assert dict(ledger) == model
        assert list(ledger) == sorted(model)
        unstaged = [one for one in model.values() if one.transaction is None]
        assert ledger.open == len(unstaged)
        assert ledger.oldest is (unstaged[0] if unstaged else None)
        for name in ("0", "1", "2"):
            assert ledger.of(name) == [one for one in model.values() if one.subscription == name]
        for one in model.values():
            assert ledger.find(one.key) is [alike for alike in model.values() if alike.key == one.key][-1]
            alike = [other for other in model.values() if other.key[1] == one.key[1]]
            assert ledger.find(one.key[1]) is alike[0]
            covered = [e.number for e in ledger.covered(one.number, "ACK", CONNECTION)]
            assert covered == sorted(covered)
            assert (one.number in covered) == (one.transaction is None)
            if one.mode is AckMode.CLIENT:
                reached(ledger, model, one)


def reached(ledger: Ledger, model: dict[int, Unsettled], one: Unsettled) -> None:
    for dialect in (Dialect(), CONNECTION):
        below = [each for each in model.values() if each.number <= one.number]
        held = [each for each in ledger.held.values() if each.number <= one.number]
        if dialect is not CONNECTION:
            below, held = [each for each in below if each.subscription == one.subscription], []
        unstaged = [each for each in below if each.transaction is None]
        reach = sorted(each.number for each in (*unstaged, *held))
        assert [each.number for each in ledger.covered(one.number, "ACK", dialect)] == (
            reach if one.transaction is None or one.mode is AckMode.CLIENT else []
        )
        elsewhere = [each for each in below if each.transaction not in (None, "t")]
        found = ledger.staged_elsewhere(one.number, "ACK", dialect, "t")
        assert found is (elsewhere[0] if elsewhere else None)
