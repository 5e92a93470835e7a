"""A console that is ready to run: settings and theme are read while the terminal is untouched."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from msgspec import structs

from stomptui.console import themes
from stomptui.console.app import ConsoleApp
from stomptui.console.keys import display, rebound
from stomptui.console.settings import SettingsError, load_settings

if TYPE_CHECKING:
    import asyncio

    from stomptui.commands.session import Console, Inbox, Plan
    from stomptui.console.guard import Lock
    from stomptui.console.settings import Settings
    from stomptui.net.client import Client


def chosen(theme: str | None = None) -> Settings:
    """The user's settings, with `theme` instead of theirs; raises SettingsError when they cannot be used."""
    settings = load_settings()
    names = themes.names()
    wanted = theme or settings.theme
    if wanted and wanted not in names:
        raise SettingsError(f"there is no theme {wanted!r}; there are {', '.join(names)}")
    return structs.replace(settings, theme=wanted)


def prepared(theme: str | None = None, lock: Lock | None = None) -> Console:
    """Make the console ready to run with the user's settings, and `theme` instead of theirs.

    `lock` learns from them what to guard. Raises SettingsError, while the terminal is untouched, when
    settings or theme cannot be used.
    """
    settings = chosen(theme)
    if lock is not None:
        lock.settle(settings.guard, display(rebound(settings.keys)["session.unlock"].keys[0]))

    async def run_console(client: Client, inbox: Inbox, plan: Plan, leaving: asyncio.Future[int]) -> int:
        def hung_up() -> None:
            if not leaving.done():
                leaving.set_result(signal.SIGHUP)

        app = ConsoleApp(
            client,
            settings,
            greeting=plan.greeting,
            login=plan.login,
            leave=hung_up,
            capture=plan.capture,
            lock=plan.lock,
        )
        leaving.add_done_callback(lambda _: app.exit())
        inbox.open(app.on_events)
        await app.run_async(mouse=plan.mouse and settings.mouse)
        return app.return_code or 0

    return run_console
