"""One picture: a scene at a size in a theme, as SVG."""

from __future__ import annotations

import re

from tests.screenshots.scenes import SCENES, SHOWN, stage

SIZES = {"wide": (120, 40), "narrow": (80, 24)}
KEPT = sorted(
    {f"main-{size}-{theme}" for size in SIZES for theme in ("dusk", "paper")}
    | {f"{scene}-{how}" for scene in SHOWN for how in ("wide-dusk", "narrow-paper")}
)
"""The pictures in screenshots/."""
FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
CELL = 12.2
"""How wide a cell is drawn."""
BLANKS = "((?:&#160;|\u00a0)*)"
TEXT = re.compile(
    r'<text class="([^"]+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)" ([^>]+)>'
    rf"{BLANKS}(.*?){BLANKS}</text>"
)


def parts(name: str) -> tuple[str, str, str]:
    """Scene, size and theme of a picture's name; raises ValueError for another form."""
    scene, size, theme = name.split("-")
    if scene not in SCENES or size not in SIZES:
        raise ValueError(f"{name}: scenes are {', '.join(SCENES)}; sizes {', '.join(SIZES)}")
    return scene, size, theme


async def picture(scene: str, size: str, theme: str) -> str:
    """Play a scene and draw the screen."""
    async with stage(SIZES[size], theme) as console:
        await SCENES[scene](console)
        await console.pilot.pause(0.2)
        return drawn(console.app.export_screenshot(simplify=True))


def drawn(svg: str) -> str:
    """Textual's picture so that every viewer draws it alike, and fetches nothing for it."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    svg = TEXT.sub(_without_blanks, svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _without_blanks(text: re.Match[str]) -> str:
    """The piece without the blanks at its ends: there are viewers that leave them out and move the rest."""
    style, x, y, length, rest, before, words, after = text.groups()
    if not words:
        return ""
    left, right = (len(blanks.replace("&#160;", " ")) for blanks in (before, after))
    x = f"{float(x) + CELL * left:.1f}"
    length = f"{float(length) - CELL * (left + right):.1f}"
    return f'<text class="{style}" x="{x}" y="{y}" textLength="{length}" {rest}>{words}</text>'
