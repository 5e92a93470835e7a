"""The collection itself: its order, what replaces what, and how it is undone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stomptui.console.collected import Collected, Entry

NUMBERS = st.integers(1, 8)
ENTRIES = st.builds(
    Entry,
    st.integers(1, 2),
    NUMBERS,
    st.sampled_from(["ACK", "NACK"]),
    st.sampled_from([(), (("requeue", "false"),)]),
)


def acks(*numbers: int) -> list[Entry]:
    return [Entry(1, number, "ACK") for number in numbers]


def test_entries_keep_the_order_in_which_they_were_made() -> None:
    collected = Collected().put(acks(7, 5)).put(acks(6))
    assert [entry.number for entry in collected] == [7, 5, 6]


def test_a_second_decision_on_a_message_replaces_the_first_and_is_the_last() -> None:
    refused = Entry(1, 5, "NACK", (("requeue", "false"),), "discard")
    collected = Collected().put(acks(5, 6)).put([refused])
    assert list(collected) == [*acks(6), refused]
    assert collected.undone()[1] == refused


def test_a_decision_that_is_changed_keeps_its_place() -> None:
    refused = Entry(1, 5, "NACK")
    collected = Collected().put(acks(5, 6)).change([refused, Entry(1, 9, "ACK")])
    assert list(collected) == [refused, *acks(6)]


def test_messages_of_two_connections_are_two() -> None:
    collected = Collected().put([Entry(1, 5, "ACK"), Entry(2, 5, "NACK")])
    assert len(collected) == 2
    assert list(collected.without([(1, 5)])) == [Entry(2, 5, "NACK")]


@given(st.lists(st.lists(ENTRIES, max_size=5), max_size=6))
def test_it_is_what_a_list_without_repeats_would_be(batches: list[list[Entry]]) -> None:
    collected, model = Collected(), list[Entry]()
    for batch in batches:
        before = list(collected)
        made = collected.put(batch)
        assert list(collected) == before, "what was made before never changes"
        collected = made
        for entry in batch:
            model = [*(one for one in model if one.key != entry.key), entry]
    assert list(collected) == model
    assert len(collected) == len(model)
    assert all(entry.key in collected and collected.get(entry.key) == entry for entry in model)


@given(st.lists(ENTRIES, max_size=12))
def test_undone_again_and_again_it_is_empty_from_its_end(entries: list[Entry]) -> None:
    collected = Collected().put(entries)
    expected = list(collected)
    while expected:
        collected, entry = collected.undone()
        assert entry == expected.pop()
        assert list(collected) == expected
    assert collected.undone()[1] is None


@given(st.lists(ENTRIES, max_size=12), st.sets(NUMBERS))
def test_what_is_taken_out_is_gone_and_the_rest_stays_in_order(entries: list[Entry], gone: set[int]) -> None:
    collected = Collected().put(entries)
    left = [entry for entry in collected if entry.connection != 1 or entry.number not in gone]
    assert list(collected.without((1, number) for number in gone)) == left
