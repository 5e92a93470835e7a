"""Spans, latencies and periods in words."""

import pytest

from stomptui.render.span import latency, period, span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((-1, "0.0s"), (0.04, "0.0s"), (0.4, "0.4s"), (9.94, "9.9s"), (9.96, "10s"), (99, "99s")),
        *((100, "2m"), (1440, "24m"), (5900, "98m"), (7200, "2h"), (98 * 3600, "98h"), (864_000, "10d")),
    ],
)
def test_a_span_takes_at_most_four_characters(seconds: float, words: str) -> None:
    assert span(seconds) == words
    assert len(words) <= 4


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0004, "0.4 ms"), (0.003, "3 ms"), (0.25, "250 ms"), (9.9, "9900 ms"), (12, "12 s")],
)
def test_a_latency_is_in_milliseconds_below_ten_seconds(seconds: float, words: str) -> None:
    assert latency(seconds) == words


@pytest.mark.parametrize(("milliseconds", "words"), [(0, "none"), (500, "0.5s"), (10000, "10s")])
def test_a_period_of_zero_is_none(milliseconds: int, words: str) -> None:
    assert period(milliseconds) == words
