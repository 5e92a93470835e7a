"""The variables by which our widgets name colours and text styles, derived from any theme.

A variable is a foreground colour unless its name ends in `-background` (a background) or `-style` (a text
style such as `bold` or `reverse`; under NO_COLOR only these are left). A theme need not set any of them: each
has a default made of the theme's own colours, and the `[variables]` of a theme file override them one by one.

Marks of a record: unsettled, acked, nacked, staged, auto, lost, redelivered. Direction: to-broker, to-client.
Feed: number, time, destination, command (a row that is no MESSAGE), outcome, error-frame, beat; cursor,
cursor-blurred, selected and found (a search hit) with their backgrounds. Headers: header-name, header-value,
broker-header (set by the broker), protocol-mark. Body: json-key, json-string, json-number, json-constant,
json-punctuation, xml-tag, xml-attribute, xml-value, xml-text, xml-comment, hex-offset, hex-octets, hex-text,
invisible (what stands for a control character). Panes: title, title-focus, rule, rule-focus. Status row:
status, good, caution, bad. Status row, and rules and titles while it holds: guard-read-only, guard-unlocked,
guard-ask. Anywhere: muted (secondary words), key (a key that a text names).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.color import Color

if TYPE_CHECKING:
    from textual.theme import Theme


PLAIN = "not blink"
"""No text style, in words that stylesheets and Content both read; `none` sends Content to guess colours."""


class Colours(NamedTuple):
    """What the defaults are made of, as Textual's CSS writes colours."""

    foreground: str
    background: str
    panel: str
    primary: str
    secondary: str
    accent: str
    good: str
    caution: str
    bad: str
    muted: str
    faint: str
    cursor: str
    cursor_blurred: str
    selected: str
    ansi: bool


def _colours(theme: Theme) -> Colours:
    """The theme's colours, those it leaves out filled in by Textual."""
    made = theme.to_color_system().generate()
    foreground, background, primary = made["foreground"], made["background"], made["primary"]

    def blend(name: str, share: float) -> str:
        """`share` of a colour over the background; the terminal's own colours cannot be mixed."""
        if theme.ansi:
            return "ansi_default"
        return Color.parse(background).blend(Color.parse(made[name]), share, alpha=1.0).hex

    return Colours(
        foreground=foreground,
        background=background,
        panel="ansi_default" if theme.ansi else made["panel"],
        primary=primary,
        secondary=made["secondary"],
        accent=made["accent"],
        good=made["success"],
        caution=made["warning"],
        bad=made["error"],
        muted=blend("foreground", 0.68),
        faint=blend("foreground", 0.35),
        cursor=blend("primary", 0.34),
        cursor_blurred=blend("primary", 0.16),
        selected=blend("accent", 0.22),
        ansi=theme.ansi,
    )


ANSI = {
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
    "foreground-disabled": "ansi_default",
    "surface-active": "ansi_default",
}
"""Variables of Textual's own style sheets for which it has no default in an ANSI theme (8.2)."""


def variables(theme: Theme) -> dict[str, str]:
    """Every variable of ours for `theme`: what `App.get_theme_variable_defaults` is to return."""
    c = _colours(theme)
    only_style = "reverse" if c.ansi else PLAIN
    dim = "dim" if c.ansi else PLAIN
    return {
        **(ANSI if c.ansi else {}),
        "unsettled": c.caution,
        "unsettled-style": "bold",
        "acked": c.good,
        "nacked": c.bad,
        "staged": c.accent,
        "auto": c.muted,
        "lost": c.bad,
        "redelivered": c.caution,
        "redelivered-style": PLAIN,
        "to-broker": c.accent,
        "to-client": c.muted,
        "number": c.muted,
        "time": c.muted,
        "destination": c.primary,
        "command": c.secondary,
        "outcome": c.muted,
        "error-frame": c.bad,
        "error-frame-style": "bold",
        "beat": c.muted,
        "cursor": c.foreground,
        "cursor-background": c.cursor,
        "cursor-style": only_style,
        "cursor-blurred-background": c.cursor_blurred,
        "cursor-blurred-style": "underline" if c.ansi else PLAIN,
        "selected-background": c.selected,
        "selected-style": "underline" if c.ansi else PLAIN,
        "found": c.background,
        "found-background": c.caution,
        "found-style": "reverse" if c.ansi else "bold",
        "header-name": c.primary,
        "header-value": c.foreground,
        "broker-header": c.muted,
        "broker-header-style": dim,
        "protocol-mark": c.caution,
        "json-key": c.primary,
        "json-string": c.good,
        "json-number": c.accent,
        "json-constant": c.caution,
        "json-punctuation": c.muted,
        "xml-tag": c.primary,
        "xml-attribute": c.accent,
        "xml-value": c.good,
        "xml-text": c.foreground,
        "xml-comment": c.muted,
        "hex-offset": c.muted,
        "hex-octets": c.foreground,
        "hex-text": c.good,
        "invisible": c.caution,
        "invisible-style": PLAIN,
        "title": c.muted,
        "title-style": dim,
        "title-focus": c.primary,
        "title-focus-style": "bold",
        "rule": c.faint,
        "rule-style": dim,
        "rule-focus": c.primary,
        "status": c.foreground,
        "status-background": c.panel,
        "good": c.good,
        "caution": c.caution,
        "bad": c.bad,
        "bad-style": "bold",
        "guard-read-only": c.good,
        "guard-read-only-style": "bold",
        "guard-unlocked": c.bad,
        "guard-unlocked-style": "bold reverse",
        "guard-ask": c.caution,
        "guard-ask-style": "bold",
        "muted": c.muted,
        "muted-style": dim,
        "key": c.accent,
        "key-style": "bold",
    }
