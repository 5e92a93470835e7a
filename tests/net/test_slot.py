"""The share of the loop's time that what arrives may take; times are arguments."""

from __future__ import annotations

import pytest

from stomptui.net.slot import BUDGET, FEW, GATHER, MOST, SLOT, Slot


def test_a_slice_may_take_the_budget_and_the_next_what_it_left() -> None:
    slot = Slot()
    assert slot.begin(10.0) == pytest.approx(10.0 + BUDGET)
    assert slot.end(10.003) is None
    assert slot.begin(10.005) == pytest.approx(10.005 + BUDGET - 0.003)
    assert slot.end(10.006 + BUDGET) == pytest.approx(10.0 + SLOT)


def test_the_next_slot_has_a_budget_of_its_own() -> None:
    slot = Slot()
    slot.begin(10.0)
    slot.end(10.0 + SLOT)
    assert slot.begin(10.0 + SLOT) == pytest.approx(10.0 + SLOT + BUDGET)


def test_hurried_more_of_each_slot_is_used() -> None:
    slot = Slot()
    slot.hurry(True)
    assert slot.begin(10.0) == pytest.approx(10.0 + MOST)
    assert slot.end(10.0 + BUDGET) is None
    slot.hurry(False)
    slot.begin(11.0)
    assert slot.end(11.001 + BUDGET) is not None


def test_alone_in_the_loop_nothing_waits() -> None:
    slot = Slot()
    slot.shared = False
    slot.begin(10.0)
    assert slot.end(10.001 + BUDGET) == 10.0
    assert slot.too_early(1, 10.0) is None


@pytest.mark.parametrize(
    ("octets", "after", "waits"),
    [(1, 0.0, True), (FEW - 1, GATHER / 2, True), (FEW, 0.0, False), (1, GATHER, False)],
)
def test_small_reads_soon_after_a_slice_are_gathered(octets: int, after: float, waits: bool) -> None:
    slot = Slot()
    assert slot.too_early(octets, 10.0) is None
    slot.begin(10.0)
    slot.end(10.0001)
    when = slot.too_early(octets, 10.0 + after)
    assert when == (pytest.approx(10.0 + GATHER) if waits else None)
