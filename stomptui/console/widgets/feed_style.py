"""How the feed takes its colours from the theme's variables."""

from __future__ import annotations

COLOUR, BACKGROUND, STYLE = "color: ${0};", "background: ${0}-background;", "text-style: ${0}-style;"
RULES = {
    **dict.fromkeys(
        ("number", "time", "destination", "command", "outcome", "beat", "to-broker", "to-client"), (COLOUR,)
    ),
    **dict.fromkeys(("acked", "nacked", "staged", "auto", "lost"), (COLOUR,)),
    **dict.fromkeys(("unsettled", "redelivered", "error-frame"), (COLOUR, STYLE)),
    **dict.fromkeys(("found", "cursor"), (COLOUR, BACKGROUND, STYLE)),
    **dict.fromkeys(("cursor-blurred", "selected"), (BACKGROUND, STYLE)),
    "extra": ("color: $muted;",),
    "bar": ("background: $scrollbar-background;",),
    "thumb": ("color: $scrollbar-background;", "background: $scrollbar;"),
}
"""What a piece of a row is called, and which of the variables of that name it takes."""
CLASSES = frozenset(f"feed--{name}" for name in RULES)
CSS = "Feed { height: 1fr; }\n" + "\n".join(
    f"Feed > .feed--{name} {{ {' '.join(rules).replace('{0}', name)} }}" for name, rules in RULES.items()
)
