"""How long to wait before connecting again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stomptui.stomp.backoff import Backoff


def test_each_wait_is_twice_the_one_before_up_to_the_longest() -> None:
    backoff = Backoff(first=0.5, longest=30.0)
    assert [backoff.wait(attempt, 0) for attempt in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_chance_takes_off_a_share() -> None:
    backoff = Backoff(first=4, jitter=0.25)
    assert [backoff.wait(0, chance) for chance in (0, 0.5, 1)] == [4, 3.5, 3]


def test_it_may_stay_the_same() -> None:
    assert Backoff(first=2, factor=1).wait(10**9, 0) == 2


@given(st.integers(0, 10**9), st.floats(0, 1), st.floats(0.001, 60), st.floats(0, 1000))
def test_no_wait_is_over_the_longest_or_gone(attempt: int, chance: float, first: float, more: float) -> None:
    backoff = Backoff(first, first + more)
    assert 0 < first * 0.75 <= backoff.wait(attempt, chance) <= first + more


@pytest.mark.parametrize(
    "bad",
    [
        {"first": 0},
        {"first": 31},
        {"first": float("nan")},
        {"longest": 0.1},
        {"factor": 0.5},
        {"jitter": 1.5},
        {"jitter": -0.1},
        {"attempts": 0},
    ],
)
def test_what_is_no_back_off_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad)).replace("longest", "first")):
        Backoff(**bad)  # type: ignore[arg-type]
