"""Find and filter in a terminal, on the demo broker."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Start


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_a_filter_with_a_mistake_first_and_what_it_hides_comes_back(
    start: Start, columns: int, rows: int
) -> None:
    terminal = start("demo", columns=columns, rows=rows)
    terminal.wait_for("Demo broker, keeps nothing.")
    terminal.wait_for("prices", "< .")
    terminal.press("f")
    terminal.wait_for("headers by name")
    terminal.type("x.y = 1")
    terminal.press("enter")
    terminal.wait_for("^^^")
    terminal.wait_for("only body and header have names behind a dot")
    terminal.press("end", "ctrl+u")
    terminal.wait_for("f for example")
    terminal.type("destination = '/topic/nothing'")
    terminal.press("enter")
    terminal.wait_for("Feed  filter: destination = '/topic/nothing'", "0 of ")
    terminal.wait_for("filter (f)")
    terminal.wait_for("0 of ", "match destination")
    terminal.press("f")
    terminal.wait_for("headers by name")
    terminal.press("ctrl+u")
    terminal.wait_for("f for example")
    terminal.press("enter")
    terminal.wait_for("All frames are shown.")
    terminal.wait_for("< .", "prices")
