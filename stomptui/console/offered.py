"""What the command palette offers, on the main screen and over what is open there."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from stomptui.console.dialogs.form import Form
from stomptui.console.dialogs.row import Row
from stomptui.console.keys import in_force, palette, palette_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.screen import Screen

    from stomptui.console.app import ConsoleApp


def offered(app: ConsoleApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    """Offer every row of the key table that may run on `screen` or says why not, and the themes."""
    # Over a form the keys of the main screen mean nothing, and must not settle what lies beneath it.
    if screen is app.main:
        for one in palette(app.view(time.monotonic()), in_force(app)):
            yield SystemCommand(one.title, one.help, partial(app.main.action_key, one.key.id))
    elif isinstance(screen, Form | Row):
        for one in palette_in(screen.place, in_force(app)):
            yield SystemCommand(one.title, one.help, partial(screen.run_action, one.key.action))
    yield SystemCommand("Theme", "Change the colours", app.search_themes)
