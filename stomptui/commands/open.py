"""`stomptui open [FILE]`: the console on a recording, without a broker."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from stomptui.commands.connect import fail, need_a_terminal


@click.command("open")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--no-mouse", is_flag=True, help="Leave the mouse, and with it selection, to the terminal.")
@click.option("--theme", metavar="NAME", help="Colours, for this once.")
def open_(file: Path | None, no_mouse: bool, theme: str | None) -> None:
    """Look at the recording in FILE, or at the newest that was kept.

    Subscriptions, unsettled messages and transactions are shown as they were when the frame under the cursor
    came or went. Nothing can be sent: stomptui replay FILE URI does that. A recording that is still being
    written grows as it is looked at.
    """
    from stomptui import brokers
    from stomptui.capture import recordings
    from stomptui.capture.files import CaptureError
    from stomptui.capture.store import Capture

    try:
        path = file or recordings.newest()
        if path is None:
            fail(
                f"no recording was kept in {recordings.folder()}; stomptui connect --capture FILE makes one",
                2,
            )
        capture = Capture(recognise=brokers.recognise, recording=recordings.opened(path))
    except CaptureError as error:
        fail(str(error), 2)
    need_a_terminal()
    # Before Textual is imported: at its default rate a repaint comes one to two frames of 60 Hz late.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from stomptui.console.opening import prepared
    from stomptui.console.settings import SettingsError

    try:
        run = prepared(capture, theme, mouse=not no_mouse)
    except SettingsError as error:
        fail(str(error), 2)
    sys.exit(run())
