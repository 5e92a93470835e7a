"""The console on a recording: nothing is sent, and there is no broker."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from stomptui import brokers
from stomptui.console.app import ConsoleApp
from stomptui.console.past import Past
from stomptui.console.prepared import chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from stomptui.capture.store import Capture

GREETING = "A recording, at its end. g: its beginning, u: what was never settled, ?: keys."


def prepared(capture: Capture, theme: str | None, *, mouse: bool) -> Callable[[], int]:
    """Make the console ready to show what `capture` has opened; what is returned runs it.

    Raises SettingsError, while the terminal is untouched, when settings or theme cannot be used. The exit
    status is 0, 1 when the console failed, 128 + a signal.
    """
    settings = chosen(theme)

    async def run() -> int:
        from stomptui.capture.moment import Moments

        archive = capture.archive
        assert archive is not None
        recording = archive.recording
        past = Past(recording.path, capture, Moments(recording.look, brokers.recognise))
        app = ConsoleApp(past, settings, greeting=GREETING, capture=capture)
        past.touched = app.touch
        ended: list[int] = []

        def end(number: int) -> None:
            ended.append(number)
            app.exit()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, end, number)
        loop.add_signal_handler(signal.SIGINT, lambda: None)  # meant for the pager; here it is a key
        try:
            await app.run_async(mouse=mouse and settings.mouse)
        finally:
            capture.close(0.0)
        return 128 + ended[0] if ended else app.return_code or 0

    return lambda: asyncio.run(run())
