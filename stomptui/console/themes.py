"""Themes from `*.toml` files, one Textual theme each: the shipped ones and the user's own.

A file holds `name`, `dark`, `ansi` (the terminal's own colours), the colours of a Textual theme (`primary` is
the one that must be there) and, under `[variables]`, Textual's variables and those of `console.palette`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path
from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

from stomptui.console.palette import variables

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["DEFAULT", "ThemeError", "default_name", "load", "register", "shipped", "user", "variables"]

PACKAGE = Path(__file__).parent.parent
DEFAULT = "dusk"
COLOURLESS = "terminal"
"""The theme that has only the terminal's colours: under NO_COLOR, Textual takes these away and sends none."""
STYLES = frozenset(["none", "bold", "dim", "italic", "underline", "reverse", "strike", "not"])
NUMBERS = frozenset(["luminosity_spread", "text_alpha"])
SWITCHES = frozenset(["dark", "ansi"])
COLOURS = {field.name for field in fields(Theme)} - NUMBERS - SWITCHES - {"name", "variables"}


class ThemeError(ValueError):
    """A theme file that cannot be used; the text is one line that names the file."""


def _colour(value: object) -> bool:
    """Whether Textual can read `value` as a colour, with an opacity (`auto 60%`) perhaps."""
    match = re.fullmatch(r"(.+?)(\s+\d+(\.\d+)?%)?", value) if isinstance(value, str) else None
    if match is None:
        return False
    if match[1] in ("auto", "initial", "transparent"):
        return True
    try:
        Color.parse(match[1])
    except ColorParseError:
        return False
    return True


def _style(value: object) -> bool:
    return isinstance(value, str) and bool(value.split()) and STYLES.issuperset(value.split())


def _wrong(name: str, value: object) -> str | None:
    """What is wrong with one entry outside `[variables]`, if anything."""
    if name == "name":
        good = isinstance(value, str) and re.fullmatch(r"[\w.-]+", value)
        return None if good else "name has to be a word"
    if name in COLOURS:
        return None if _colour(value) else f"{name} = {value!r} is no colour"
    if name in SWITCHES:
        return None if isinstance(value, bool) else f"{name} has to be true or false"
    if name in NUMBERS:
        return None if isinstance(value, int | float) and 0 <= value <= 1 else f"{name} has to be from 0 to 1"
    if name == "variables":
        return _wrong_variable(value)
    return f"there is no {name!r} in a theme"


def _wrong_variable(table: object) -> str | None:
    if not isinstance(table, dict):
        return "variables has to be a table"
    for name, value in table.items():
        if not re.fullmatch(r"[a-z0-9-]+", name):
            return f"{name!r} is no name of a variable"
        if name.endswith("style") or "-style-" in name:
            if not _style(value):
                return f"{name} = {value!r} is no text style"
        elif not _colour(value):
            return f"{name} = {value!r} is no colour"
    return None


def guarded(variables: Mapping[str, str], guard: str) -> dict[str, str]:
    """`variables` with rules and titles in the colour of a guard: `read-only`, `unlocked`, `ask` or none."""
    if not guard:
        return dict(variables)
    told = dict.fromkeys(("rule", "rule-focus", "title-focus"), variables[f"guard-{guard}"])
    return {**variables, **told, "rule-style": "bold"}


def load(path: Path) -> Theme:
    """The theme of a file; raises `ThemeError` with one line that says what is wrong with it."""
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ThemeError(f"theme {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError(f"theme {path} is no TOML: {' '.join(str(error).split())}") from error
    for name, value in table.items():
        if wrong := _wrong(name, value):
            raise ThemeError(f"theme {path}: {wrong}")
    if "primary" not in table:
        raise ThemeError(f"theme {path}: the colour primary is missing")
    return Theme(**{"name": path.stem, **table})


def shipped() -> list[Theme]:
    """The themes that come with the package: inside it, or beside it where it runs from its source."""
    for folder in (PACKAGE / "themes", PACKAGE.parent / "themes"):
        if paths := sorted(folder.glob("*.toml")):
            return [load(path) for path in paths]
    return []


def user(folder: Path | None = None) -> tuple[list[Theme], list[str]]:
    """The themes of the settings folder, and one line for each file there that cannot be used."""
    folder = user_config_path("stomptui") / "themes" if folder is None else folder
    themes: list[Theme] = []
    complaints: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            themes.append(load(path))
        except ThemeError as error:
            complaints.append(str(error))
    return themes, complaints


def register(app: App[Any], folder: Path | None = None) -> list[str]:
    """Make all themes known to the app, the user's over a shipped one of the same name; the complaints."""
    own, complaints = user(folder)
    for theme in (*shipped(), *own):
        app.register_theme(theme)
    return complaints


def names() -> list[str]:
    """The names of all themes there are, ours and the user's before Textual's own."""
    ours = {theme.name: None for theme in (*shipped(), *user()[0])}
    return [*ours, *(name for name in BUILTIN_THEMES if name not in ours)]


def default_name(environ: Mapping[str, str] = os.environ) -> str:
    """The theme to start with. Ask before the app is made: Textual takes NO_COLOR out of the environment."""
    return COLOURLESS if "NO_COLOR" in environ else DEFAULT
