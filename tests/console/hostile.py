"""Text with which a broker could do harm, and the proof that on a screen it does none."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from textual.app import App

from stomptui.console.palette import variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.strip import Strip
    from textual.theme import Theme

PIECES = (
    "\x1b[2J\x1b[31m",
    "\x1b]52;c;aGVsbG8=\x07\x1b]0;title\x1b\\",
    "\x9b31m\x9d52;c;aGVsbG8=\x9c",
    "\x00\x08\x0b\x0c\x0e\x7f\r\n\t",
    "[/] [/bold] [@click=app.hostile]quit[/] [red",
    "$primary {0} %s",
    "txt\u202egnp.exe\u2066\u2069\u200f",
    "a\u200bb\u200d\u2060\ufeff\u00ad\ufe0f",
    "\U000e0041\U000e007f\U000f0000\ue000",
    "\u2028\u2029\u0085",
    "a" + "\u0301" * 30,
    "\udc9b\udcff\ud800",
)
"""Each kind of hostile text on its own: ESC, OSC, C1, other controls, markup, bidi, hidden, tags, lone ..."""

SHORT = (
    "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\x00\x7f\r\n",
    "[/] [@click=app.hostile]x[/] [red $primary",
    "\u202ea\u200b\ufeff\U000e0041\ue000\u2028\udc9b\ud800a" + "\u0301" * 30,
)
"""All of them in texts short enough to be seen whole in a narrow place."""

TEXT = "".join(PIECES)
OCTETS = TEXT.encode("utf-8", "surrogatepass") + b"\x9b31m\xff\xfe"

_ACTED_ON = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_HIDDEN = "\u034f\u115f\u1160\u3164\uffa0\ufe0e\ufe0f"


def dangers(text: str) -> list[str]:
    """List the characters of `text` that a terminal would act on, or hide."""
    found = [
        f"U+{ord(character):04X}"
        for character in text
        if unicodedata.category(character) in _ACTED_ON or character in _HIDDEN
    ]
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > 8:
            found.append("marks piled up")
            break
    return found


def harmless(strips: Iterable[Strip]) -> None:
    """Assert that `strips` hold nothing but text that a terminal prints, and no link or action of its."""
    for number, strip in enumerate(strips):
        for segment in strip:
            assert segment.control is None, f"line {number}: a control segment"
            assert not dangers(segment.text), f"line {number}: {dangers(segment.text)} in {segment.text!r}"
            if segment.style is not None:
                assert segment.style.link is None, f"line {number}: a link"
                assert "hostile" not in str(segment.style.meta), f"line {number}: an action"


def screen_is_harmless(app: App[Any]) -> None:
    """Assert it of every cell of the screen as it is now: all widgets, toasts and tooltips included."""
    strips = app.screen._compositor.render_strips()
    assert strips, "nothing was painted"
    harmless(strips)


def screen_text(app: App[Any]) -> str:
    """Return what the screen shows, a line a row."""
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()
    )


class Bench(App[None]):
    """An app that only holds what is tested, with the console's theme variables."""

    CSS = "Screen { layout: vertical; }"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        theme: Theme = self.current_theme
        return variables(theme)
