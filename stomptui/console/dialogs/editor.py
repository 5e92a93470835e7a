"""Hand the terminal to another program, and the body to $EDITOR, while the connection goes on."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

    from textual.app import App

EDITORS = ("nano", "vim", "vi")
"""What is looked for when neither VISUAL nor EDITOR is set."""


class CannotRun(Exception):
    """A program could not be run, or failed; the text is one line for the engineer."""


def editor_command(environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the editor as a command; CannotRun when there is none."""
    environ = os.environ if environ is None else environ
    for name in ("VISUAL", "EDITOR"):
        if environ.get(name, "").strip():
            try:
                return shlex.split(environ[name])
            except ValueError as error:
                raise CannotRun(f"{name} cannot be read as a command: {error}") from error
    for name in EDITORS:
        if found := shutil.which(name):
            return [found]
    raise CannotRun("no editor was found: set EDITOR, for example EDITOR=vi")


async def run_in_terminal(app: App[object], command: Sequence[str]) -> int:
    """Run `command` in the terminal and return its status; the event loop, and so the connection, goes on.

    Nothing is painted meanwhile: the driver's output queue has no reader then and would block the loop once
    it is full. Raises CannotRun when the program does not start.
    """
    failed: OSError | None = None
    status = 0
    try:
        with app.batch_update(), app.suspend(), _interrupts_left_to_the_program():
            # An exception must not leave the block: the terminal would not be taken back.
            try:
                process = await asyncio.create_subprocess_exec(*command)
                status = await process.wait()
            except OSError as error:
                failed = error
    except SuspendNotSupported as error:
        raise CannotRun("this terminal cannot be handed to another program") from error
    if failed is not None:
        name = printable(command[0])
        raise CannotRun(f"{name} did not start: {failed.strerror or failed}") from failed
    return status


async def edit(
    app: App[object], octets: bytes, suffix: str = ".txt", environ: Mapping[str, str] | None = None
) -> bytes:
    """Have `octets` edited in $VISUAL or $EDITOR and return what was saved, byte for byte.

    They lie in a file of mode 0600 in a folder of mode 0700, which goes afterwards. Raises CannotRun.
    """
    command = editor_command(environ)
    folder = Path(tempfile.mkdtemp(prefix="stomptui-"))
    try:
        path = folder / f"body{suffix}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
        status = await run_in_terminal(app, [*command, str(path)])
        if status:
            how = f"status {status}" if status > 0 else signal.Signals(-status).name
            raise CannotRun(f"{printable(command[0])} ended with {how}: the body is as it was")
        return path.read_bytes()
    except OSError as error:
        raise CannotRun(f"the body could not be handed over: {error.strerror or error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _interrupts_left_to_the_program() -> Iterator[None]:
    """Let ctrl+c, which the terminal sends to both, end only the program and not the console."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ignore(_number: int, _frame: FrameType | None) -> None:
        """A handler, not SIG_IGN, which the program would inherit."""

    before = signal.signal(signal.SIGINT, ignore)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
