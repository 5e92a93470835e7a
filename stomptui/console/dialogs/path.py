"""Ask for the name of a file, completed from what is there."""

from __future__ import annotations

import asyncio
import os
from itertools import islice
from pathlib import Path

from textual.suggester import Suggester

from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.row import AskRow
from stomptui.render.text import printable

LOOKED_AT = 10_000
"""Names of a folder that are looked at."""


class PathRow(AskRow):
    """Ask for a file, `~` allowed; with `exists` it must be there, otherwise its folder must."""

    def __init__(self, prompt: str, value: str = "", *, exists: bool = False) -> None:
        super().__init__(prompt, value, placeholder="path of a file")
        self.exists = exists

    def on_mount(self) -> None:
        self.query_one(Line).suggester = Paths()

    def read(self, text: str) -> str | None:
        if not text.strip():
            return None
        try:
            path = Path(text.strip()).expanduser()
            if path.is_dir():
                raise ValueError("that is a folder: a file's name is needed")
            if self.exists and not path.is_file():
                raise ValueError("there is no such file")
            if not path.parent.is_dir():
                raise ValueError("there is no such folder")
        except (OSError, RuntimeError) as error:
            raise ValueError(f"that path cannot be used: {error}") from error
        return str(path)


class Paths(Suggester):
    """Shows behind the cursor the name that is there; right takes it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole path; a folder may be far away, and is not waited for."""
        return await asyncio.to_thread(completed, value)


def completed(text: str) -> str | None:
    """`text` with its last name completed by the first that fits; None without one that may be shown."""
    folder, slash, begun = text.rpartition("/")
    if not begun:
        return None
    try:
        with os.scandir(Path(folder + slash or ".").expanduser()) as entries:
            fitting = [one for one in islice(entries, LOOKED_AT) if one.name.startswith(begun)]
            shown = [one for one in fitting if printable(one.name) == one.name]
            if not shown:
                return None
            first = min(shown, key=lambda one: one.name)
            return text[: len(text) - len(begun)] + first.name + ("/" if first.is_dir() else "")
    except (OSError, RuntimeError, ValueError):
        return None
