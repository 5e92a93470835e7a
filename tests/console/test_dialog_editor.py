"""Handing the terminal to $EDITOR: byte for byte, in private, and with every failure said."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from pathlib import Path

import pytest
from textual.app import App

from stomptui.console.dialogs.editor import CannotRun, edit, editor_command, run_in_terminal
from tests.console.views import Beneath, Trial

PYTHON = sys.executable


def editor(tmp_path: Path, code: str) -> dict[str, str]:
    """An editor made of Python code that finds the file's name in `path`."""
    script = tmp_path / "editor.py"
    script.write_text(f"import sys, os, pathlib\npath = pathlib.Path(sys.argv[1])\n{code}\n")
    return {"EDITOR": f"{PYTHON} {script}"}


def app() -> Trial:
    return Trial(Beneath())  # type: ignore[arg-type]


@pytest.mark.parametrize("octets", [b"", b"no line break", bytes(range(256)), b"\r\n\r\n", b"x" * 200_000])
async def test_octets_come_back_as_they_went(tmp_path: Path, octets: bytes) -> None:
    async with app().run_test() as pilot:
        assert await edit(pilot.app, octets, ".bin", editor(tmp_path, "")) == octets


async def test_what_the_editor_saves_comes_back(tmp_path: Path) -> None:
    environ = editor(tmp_path, "path.write_bytes(path.read_bytes().replace(b'99', b'89') + b'\\xff\\n')")
    async with app().run_test() as pilot:
        assert await edit(pilot.app, b"99", environ=environ) == b"89\xff\n"


async def test_the_file_is_private_and_goes(tmp_path: Path) -> None:
    told = tmp_path / "told"
    code = (
        f"told = pathlib.Path({str(told)!r})\n"
        "told.write_text(f'{path}\\n{path.stat().st_mode}\\n{path.parent.stat().st_mode}')"
    )
    async with app().run_test() as pilot:
        await edit(pilot.app, b"secret", ".json", editor(tmp_path, code))
    check_private(told)


def check_private(told: Path) -> None:
    name, file, folder = told.read_text().split("\n")
    assert name.endswith(".json")
    assert stat.S_IMODE(int(file)) == 0o600 and stat.S_IMODE(int(folder)) == 0o700
    assert not Path(name).exists() and not Path(name).parent.exists()


async def test_a_failure_is_said_and_the_body_is_as_it_was(tmp_path: Path) -> None:
    async with app().run_test() as pilot:
        with pytest.raises(CannotRun, match="ended with status 3: the body is as it was"):
            await edit(pilot.app, b"x", environ=editor(tmp_path, "sys.exit(3)"))
        with pytest.raises(CannotRun, match="ended with SIGTERM"):
            await edit(pilot.app, b"x", environ=editor(tmp_path, "os.kill(os.getpid(), 15)"))
        with pytest.raises(CannotRun, match="no-such-editor did not start: No such file"):
            await edit(pilot.app, b"x", environ={"EDITOR": "no-such-editor"})
        with pytest.raises(CannotRun, match="could not be handed over"):
            await edit(pilot.app, b"x", environ=editor(tmp_path, "path.unlink()"))


async def test_a_terminal_that_cannot_be_handed_over_is_said() -> None:
    async with App[None]().run_test() as pilot:
        with pytest.raises(CannotRun, match="this terminal cannot be handed"):
            await run_in_terminal(pilot.app, [PYTHON, "-c", ""])


def test_the_editor_is_found_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert editor_command({"EDITOR": "vi", "VISUAL": "code --wait 'a b'"}) == ["code", "--wait", "a b"]
    assert editor_command({"EDITOR": "vi", "VISUAL": " "}) == ["vi"]
    with pytest.raises(CannotRun, match="EDITOR cannot be read as a command"):
        editor_command({"EDITOR": "vi 'x"})
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CannotRun, match="set EDITOR"):
        editor_command({})


async def test_the_event_loop_goes_on_and_nothing_is_painted(tmp_path: Path) -> None:
    go = tmp_path / "go"
    os.mkfifo(go)
    async with app().run_test() as pilot:
        running = asyncio.create_task(
            edit(pilot.app, b"x", environ=editor(tmp_path, f"open({str(go)!r}).read()"))
        )
        beats = 0
        while beats < 50:
            await asyncio.sleep(0)
            beats += 1
        assert not running.done()
        await asyncio.to_thread(go.write_bytes, b"")
        assert await running == b"x"
        assert pilot.app._batch_count == 0


async def test_an_interrupt_ends_only_the_program(tmp_path: Path) -> None:
    code = f"import signal\nos.kill({os.getpid()}, signal.SIGINT)"
    before = signal.getsignal(signal.SIGINT)
    async with app().run_test() as pilot:
        assert await edit(pilot.app, b"x", environ=editor(tmp_path, code)) == b"x"
    assert signal.getsignal(signal.SIGINT) is before
    check = "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler"
    async with app().run_test() as pilot:
        await edit(pilot.app, b"x", environ=editor(tmp_path, f"import signal\n{check}"))
