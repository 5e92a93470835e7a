"""Words that do something when they are clicked; not an `@click`, which Textual would draw as a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style

if TYPE_CHECKING:
    from textual.events import Click
    from textual.widget import Widget


def pressing(words: Content, key: str) -> Content:
    """Have a click on `words` press `key`, as Textual names it."""
    return words.stylize(Style.from_meta({"press": key}))


def leading(words: Content, id: str) -> Content:
    """Have a click on `words` do what row `id` of the key table does; nothing when it is empty."""
    return words.stylize(Style.from_meta({"leads": id})) if id else words


async def clicked(widget: Widget, event: Click) -> None:
    """Do what the words under the mouse say."""
    meta = event.style.meta
    if (key := meta.get("press")) is not None:
        widget.app.simulate_key(key)
    elif (id := meta.get("leads")) is not None:
        await widget.run_action(f"screen.key('{id}')")
