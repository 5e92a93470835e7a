"""Every theme is legible, every variable is there, and a bad file of the user's gets one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import Static

from stomptui.console import themes

SHIPPED = {theme.name: theme for theme in themes.shipped()}
LEGIBLE, HIGH_CONTRAST = 4.5, 7.0
"""Contrast ratios of WCAG's levels AA and AAA."""


def luminance(colour: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(Color.parse(one)), luminance(Color.parse(other))])
    return (light + 0.05) / (dark + 0.05)


def variables(theme: Theme) -> dict[str, str]:
    """Ours as the app sees them: the defaults, and what the theme says over them."""
    return {**themes.variables(theme), **theme.variables}


def words(theme: Theme) -> dict[str, str]:
    """The variables in which text is written on the plain background."""
    apart = ("cursor", "found", "rule")
    return {
        name: value
        for name, value in variables(theme).items()
        if name in themes.variables(theme)
        and not name.endswith(("-style", "-background"))
        and name not in apart
    }


def test_the_four_are_there() -> None:
    assert {"dusk", "paper", "contrast", "terminal"} <= SHIPPED.keys()


@pytest.mark.parametrize("name", sorted(name for name, theme in SHIPPED.items() if not theme.ansi))
def test_all_words_are_legible(name: str) -> None:
    theme = SHIPPED[name]
    least = HIGH_CONTRAST if name == "contrast" else LEGIBLE
    background = theme.background or ""
    faint = {word: contrast(colour, background) for word, colour in words(theme).items()}
    assert {word: ratio for word, ratio in faint.items() if ratio < least} == {}


@pytest.mark.parametrize("name", sorted(name for name, theme in SHIPPED.items() if not theme.ansi))
def test_the_cursor_and_a_hit_are_legible(name: str) -> None:
    known = variables(SHIPPED[name])
    assert contrast(known["cursor"], known["cursor-background"]) >= LEGIBLE
    assert contrast(known["found"], known["found-background"]) >= LEGIBLE
    for kind in ("cursor-blurred", "selected", "status"):
        assert contrast(SHIPPED[name].foreground or "", known[f"{kind}-background"]) >= LEGIBLE


def test_the_terminal_theme_has_only_the_terminals_colours() -> None:
    known = variables(SHIPPED["terminal"])
    colours = {value for name, value in known.items() if not name.endswith("-style")}
    assert {value for value in colours if not value.startswith("ansi_")} == set()


def test_without_colours_the_cursor_still_shows() -> None:
    known = variables(SHIPPED["terminal"])
    assert known["cursor-style"] == known["found-style"] == "reverse"
    assert known["selected-style"] not in ("none", known["cursor-style"])


def test_no_color_starts_the_colourless_theme() -> None:
    assert themes.default_name({}) == "dusk"
    assert themes.default_name({"NO_COLOR": "1"}) == "terminal"


class Themed(App[None]):
    """Uses every variable of ours once, in CSS."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Static("text")

    @property
    def rules(self) -> str:
        kinds = {"style": "text-style", "background": "background"}
        names = themes.variables(SHIPPED["dusk"])
        return "".join(f"Static {{ {kinds.get(n.rpartition('-')[2], 'color')}: ${n}; }}\n" for n in names)


@pytest.mark.parametrize("name", sorted({*SHIPPED, *BUILTIN_THEMES}))
async def test_every_variable_works_in_css_in_every_theme(name: str) -> None:
    app = Themed()
    assert themes.register(app, Path("nowhere")) == []
    app.stylesheet.add_source(app.rules)
    async with app.run_test() as pilot:
        app.theme = name
        await pilot.pause()
        assert app.theme == name
        assert app.query_one(Static).styles.background is not None


def test_a_users_theme_is_read_and_may_replace_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('primary = "#123456"\n[variables]\nunsettled = "ansi_red"\n')
    (tmp_path / "dusk.toml").write_text('name = "dusk"\nprimary = "#654321"\n')
    app = Themed()
    assert themes.register(app, tmp_path) == []
    assert app.available_themes["mine"].variables == {"unsettled": "ansi_red"}
    assert app.available_themes["dusk"].primary == "#654321"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('primary = "blurple"', "primary = 'blurple' is no colour"),
        ("primary = ", "is no TOML: "),
        ("\0", "is no TOML: "),
        ("dark = true", "the colour primary is missing"),
        ('primary = "red"\ndark = "yes"', "dark has to be true or false"),
        ('primary = "red"\ntext_alpha = 7', "text_alpha has to be from 0 to 1"),
        ('primary = "red"\nname = "two words"', "name has to be a word"),
        ('primary = "red"\nprimarry = "red"', "there is no 'primarry' in a theme"),
        ('primary = "red"\nvariables = 3', "variables has to be a table"),
        ('primary = "red"\n[variables]\n"a b" = "red"', "'a b' is no name of a variable"),
        ('primary = "red"\n[variables]\nacked = "red; }"', "acked = 'red; }' is no colour"),
        ('primary = "red"\n[variables]\ncursor-style = "loud"', "cursor-style = 'loud' is no text style"),
    ],
)
def test_a_bad_file_gets_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    found, complaints = themes.user(tmp_path)
    assert found == []
    [line] = complaints
    assert line.startswith(f"theme {path}") and complaint in line and "\n" not in line


def test_a_file_that_is_no_text_or_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "b.toml").mkdir()
    _, complaints = themes.user(tmp_path)
    assert ["is no TOML" in complaints[0], "cannot be read" in complaints[1]] == [True, True]
