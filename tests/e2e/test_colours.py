"""Themes on a real terminal: NO_COLOR sends none, and what only a style tells is still there."""

from __future__ import annotations

import re

import pytest

from tests.e2e import steps
from tests.e2e.conftest import Start
from tests.e2e.terminal import Terminal

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")


def colours(terminal: Terminal) -> set[str]:
    """The parameters of every SGR sequence that sets a colour other than the terminal's own."""
    found = set()
    for match in SGR.finditer(bytes(terminal.written)):
        parts = match[1].decode().replace(":", ";").split(";")
        numbers = [int(part or 0) for part in parts]
        if any(30 <= n <= 38 or 40 <= n <= 48 or 90 <= n <= 107 for n in numbers):
            found.add(match[1].decode())
    return found


def styled(terminal: Terminal, style: str) -> list[str]:
    """The lines of the screen in which most cells have a style, such as `reverse`."""
    screen = terminal.cells()
    return ["".join(cell.data for cell in row) for row in screen if sum(getattr(c, style) for c in row) > 60]


def test_no_color_sends_none_and_the_cursor_still_shows(start: Start) -> None:
    terminal = start("demo", NO_COLOR="1")
    terminal.wait_for("10 unsettled")
    terminal.press("u")
    terminal.wait_until(lambda: steps.under_cursor(terminal), "no cursor")
    terminal.wait_until(
        lambda: any(line.startswith(">") for line in styled(terminal, "reverse")), "not reverse"
    )
    assert colours(terminal) == set()


@pytest.mark.parametrize("theme", ["dusk", "paper", "contrast"])
def test_a_theme_sends_its_colours(start: Start, theme: str) -> None:
    terminal = start("demo", "--theme", theme)
    terminal.wait_for("10 unsettled")
    assert any(
        parameters.startswith(("38;2", "48;2")) or ";38;2;" in parameters for parameters in colours(terminal)
    )


def test_the_terminal_theme_sends_only_the_terminals_colours(start: Start) -> None:
    terminal = start("demo", "--theme", "terminal")
    terminal.wait_for("10 unsettled")
    assert colours(terminal) and not [parameters for parameters in colours(terminal) if "8;2;" in parameters]
