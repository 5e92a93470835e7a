"""The settings: what may be set, and one clear line for what may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.binding import Binding
from textual.pilot import Pilot

from stomptui.console import settings
from stomptui.console.guard import Kind
from stomptui.console.keys import KEYS, bindings
from stomptui.console.settings import Settings, SettingsError, load_settings
from tests.console.hostile import Bench


def file(tmp_path: Path, text: str) -> Path:
    made = tmp_path / "settings.toml"
    made.write_text(text)
    return made


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings() == load_settings(file(tmp_path, ""))
    assert list(tmp_path.iterdir()) == [tmp_path / "settings.toml"]


def test_all_that_can_be_set(tmp_path: Path) -> None:
    text = """
        theme = "paper"
        mouse = false
        guard = "read-only"
        columns = ["header:type", "body:id"]
        [keys]
        "settle.ack" = "E"
        settle.nack = ["X", "f8"]
        feed.find = "ctrl+f, &"
    """
    assert load_settings(file(tmp_path, text)) == Settings(
        theme="paper",
        mouse=False,
        guard=Kind.READ_ONLY,
        columns=("header:type", "body:id"),
        keys={"settle.ack": "E", "settle.nack": "X,f8", "feed.find": "ctrl+f,ampersand"},
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("them = 'x'", "them is no setting, did you mean theme?"),
        ("zzz = 1", "zzz is no setting"),
        ("theme = 3", "theme: expected `str`, got `int`"),
        ("guard = 'readonly'", 'guard is "read-only" or "ask", not \'readonly\''),
        ("guard = true", 'guard is "read-only" or "ask", not True'),
        ("mouse = 'no'", "mouse: expected `bool`, got `str`"),
        ("columns = ['type']", "columns: 'type' is no column, write header:NAME or body:NAME"),
        ("theme = ", "Invalid value (at end of document)"),
        ("[keys]\n'settle.akc' = 'e'", "keys.settle.akc is no key's id, did you mean settle.ack?"),
        ("[keys]\nsettle.ack = 'x'", "keys.settle.ack: x is taken by settle.nack (Nack...)"),
        ("[keys]\nsettle.ack = '/'", "keys.settle.ack: / is taken by feed.find (Find)"),
        (
            "[keys]\nsettle.ack = 'f9'\nsettle.nack = 'f9'",
            "keys.settle.ack: f9 is taken by settle.nack (Nack...)",
        ),
        ("[keys]\ncompose.send = 'f4'", "keys.compose.send: f4 is taken by compose.editor (Editor)"),
        (
            "[keys]\nsettle.ack = 'alt+a'",
            "keys.settle.ack: alt+a: terminals send alt as escape and then the key",
        ),
        ("[keys]\nsettle.ack = 'ctrl+m'", "keys.settle.ack: ctrl+m arrives as enter"),
        ("[keys]\nsettle.ack = 'shift+a'", "keys.settle.ack: shift+a: a terminal sends A"),
        ("[keys]\nsettle.ack = 'pagedwn'", "keys.settle.ack: 'pagedwn' is no key, did you mean pagedown?"),
        (
            "[keys]\nsettle.ack = 'crtl+e'",
            "keys.settle.ack: crtl+e: 'crtl' is no modifier, did you mean ctrl?",
        ),
        (
            "[keys]\nsettle.ack = ''",
            'keys.settle.ack: a key is expected, or a list of them: "e" or ["e", "f6"]',
        ),
        (
            "[keys]\nsettle.ack = 3",
            'keys.settle.ack: a key is expected, or a list of them: "e" or ["e", "f6"]',
        ),
        (
            "[keys]\nsettle.ack = []",
            'keys.settle.ack: a key is expected, or a list of them: "e" or ["e", "f6"]',
        ),
        ("[keys]\ncompose.send = 'e'", "keys.compose.send: e would be typed into the form"),
        (
            "[keys]\ncompose.send = 'ctrl+k'",
            "keys.compose.send: ctrl+k is taken by the text fields of the form",
        ),
        (
            "[keys]\ntransaction.join = 'j'",
            "keys.transaction.join cannot be changed: its keys are counted out",
        ),
        ("keys = 3", "keys: expected `object`, got `int`"),
    ],
)
def test_each_mistake_is_one_line_with_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    made = file(tmp_path, text)
    with pytest.raises(SettingsError) as error:
        load_settings(made)
    assert str(error.value) == f"{made}: {words}"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load_settings(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"theme = '\xe9'")
    with pytest.raises(SettingsError, match="cannot be read: not UTF-8"):
        load_settings(tmp_path / "latin.toml")


def test_keys_may_change_places() -> None:
    assert settings.check({"keys": {"settle.ack": "x", "settle.nack": "a"}}).keys["settle.ack"] == "x"


async def pressed(keymap: dict[str, str], *keys: str) -> list[str]:
    ran: list[str] = []

    class Rebound(Bench):
        BINDINGS = [Binding(b.key, f"note('{b.id}')", id=b.id) for b in bindings("main")]  # noqa: RUF012

        def action_note(self, name: str) -> None:
            ran.append(name)

    app: App[None] = Rebound()
    async with app.run_test() as pilot:
        app.set_keymap(keymap)
        await _press(pilot, keys)
    return ran


async def _press(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_textual_takes_the_keymap_as_it_is() -> None:
    keymap = settings.check({"keys": {"settle.ack": "E", "feed.find": ["&", "f9"]}}).keys
    ran = await pressed(keymap, "E", "a", "ampersand", "f9", "slash", "x")
    assert ran == ["settle.ack", "feed.find", "feed.find", "settle.nack"]


async def test_keys_that_change_places_both_work() -> None:
    keymap = settings.check({"keys": {"settle.ack": "x", "settle.nack": "a"}}).keys
    assert await pressed(keymap, "x", "a") == ["settle.ack", "settle.nack"]
    assert set(KEYS) >= set(keymap)
