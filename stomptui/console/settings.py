"""The user's settings: `settings.toml` in the settings folder, read once, every mistake in one clear line."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from platformdirs import user_config_dir
from textual.binding import Binding
from textual.keys import Keys
from textual.widgets import Input, TextArea

from stomptui.console.guard import Kind
from stomptui.console.keys import KEYS, PUNCTUATION, SCOPES, Key, canonical, clashes, display, rebound

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "settings.toml"
NOT_SENT = {"ctrl+m": "enter", "ctrl+i": "tab", "ctrl+h": "backspace", "ctrl+j": "a line feed"}
"""Keys that terminals send as another one."""
FIXED = ("transaction.join",)
"""Rows whose keys are counted out, 1 to 9."""
_MODIFIERS = frozenset({"ctrl", "shift", "super", "hyper", "meta"})
_FILTER = re.compile(r"[A-Za-z0-9_-]+")
_COLUMN = re.compile(r"(header|body):.+")


class SettingsError(Exception):
    """The settings cannot be used; the text is one line with the file and the key."""


class Settings(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What `settings.toml` may hold; the defaults are what holds without one."""

    theme: str = ""
    """The name of a theme; empty for the one that fits the terminal."""
    keys: dict[str, str] = {}
    """Keys by the id of their row, as `App.set_keymap` wants them: Textual's names, joined by commas."""
    columns: tuple[str, ...] = ()
    """Further columns of the feed: `header:NAME` or `body:NAME`."""
    mouse: bool = True
    guard: Kind = Kind.NONE
    """What the command line leaves to it: `read-only`, `ask`, or nothing."""
    filters: dict[str, str] = {}
    """Filter expressions by the names under which `@NAME` calls them."""


def path() -> Path:
    """Where the settings are, whether or not they exist."""
    return Path(user_config_dir("stomptui")) / NAME


def load_settings(file: Path | None = None) -> Settings:
    """Read the settings; the defaults when there is no file. Raises SettingsError."""
    file = path() if file is None else file
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise SettingsError(f"{file}: cannot be read: {reason}") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {_one_line(str(error))}") from error
    try:
        return check(table)
    except ValueError as error:
        raise SettingsError(f"{file}: {_one_line(str(error))}") from error


def check(table: dict[str, object]) -> Settings:
    """Turn what TOML holds into settings; ValueError in words that name the key."""
    for name in table:
        if name not in Settings.__struct_fields__:
            raise ValueError(f"{name} is no setting{_nearest(name, Settings.__struct_fields__)}")
    keys = table.get("keys")
    if isinstance(keys, dict):
        table = {**table, "keys": {name: _joined(name, value) for name, value in _flat(keys)}}
    guard = table.get("guard", "")
    if guard not in list(Kind):
        raise ValueError(f'guard is "read-only" or "ask", not {guard!r}')
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        words, _, where = str(error).partition(" - at ")
        at = where.strip("`").removeprefix("$.") if where else "settings"
        raise ValueError(f"{at}: {words[:1].lower()}{words[1:]}") from error
    for column in settings.columns:
        if not _COLUMN.fullmatch(column):
            raise ValueError(f"columns: {column!r} is no column, write header:NAME or body:NAME")
    for name in settings.filters:
        if not _FILTER.fullmatch(name):
            raise ValueError(f"filters.{name}: a name has letters, digits, - and _ only")
    check_keys(settings.keys)
    return settings


def check_keys(keymap: dict[str, str]) -> None:
    """Refuse ids that are none, keys that cannot be sent, and keys that are taken; ValueError in words."""
    for name, keys in keymap.items():
        if name not in KEYS:
            raise ValueError(f"keys.{name} is no key's id{_nearest(name, KEYS)}")
        if name in FIXED:
            raise ValueError(f"keys.{name} cannot be changed: its keys are counted out")
        for key in keys.split(","):
            _check_key(KEYS[name], key)
    for key, one, other in clashes(rebound(keymap)):
        mine, theirs = (one, other) if one.id in keymap else (other, one)
        raise ValueError(f"keys.{mine.id}: {key} is taken by {theirs.id} ({theirs.words})")


def _flat(table: dict[str, object], before: str = "") -> Iterable[tuple[str, object]]:
    """Read `settle.ack = "e"`, which TOML nests, as the id that it means."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def _joined(name: str, value: object) -> str:
    keys = value if isinstance(value, list) else str(value).split(",")
    if isinstance(value, bool | int | float) or not keys:
        keys = [""]
    names = [canonical(key.strip()) if isinstance(key, str) else "" for key in keys]
    if not all(names):
        raise ValueError(f'keys.{name}: a key is expected, or a list of them: "e" or ["e", "f6"]')
    return ",".join(names)


def _check_key(row: Key, key: str) -> None:
    *modifiers, last = key.split("+")
    if "alt" in modifiers:
        raise ValueError(f"keys.{row.id}: {key}: terminals send alt as escape and then the key")
    if key in NOT_SENT:
        raise ValueError(f"keys.{row.id}: {key} arrives as {NOT_SENT[key]}")
    letter = len(last) == 1 and last.isalnum()
    if letter and "shift" in modifiers and last.islower():
        raise ValueError(f"keys.{row.id}: {key}: a terminal sends {last.upper()}")
    for modifier in modifiers:
        if modifier not in _MODIFIERS:
            near = _nearest(modifier, _MODIFIERS)
            raise ValueError(f"keys.{row.id}: {key}: {modifier!r} is no modifier{near}")
    if not (letter or last in _NAMED):
        raise ValueError(f"keys.{row.id}: {key!r} is no key{_nearest(key, _NAMED)}")
    if FORM_PLACES.isdisjoint(row.where):
        return
    if not modifiers and (letter or last in PUNCTUATION or last == "space"):
        raise ValueError(f"keys.{row.id}: {display(key)} would be typed into the form")
    if key in _TYPING:
        raise ValueError(f"keys.{row.id}: {key} is taken by the text fields of the form")


FORM_PLACES = (SCOPES["compose"] | SCOPES["subscribe"]) - SCOPES["main"]
_NAMED = {key.value for key in Keys if "+" not in key.value and key.value.isalnum()} | set(PUNCTUATION)
_TYPING = {
    binding.key for field in (Input, TextArea) for binding in Binding.make_bindings(field.BINDINGS)
} - {"escape", "tab", "shift+tab"}


def _nearest(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), 1, 0.5)
    return f", did you mean {near[0]}?" if near else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
