"""Write something down of a frame; it is kept with it in the recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stomptui.console.dialogs.row import AskRow
from stomptui.console.flows.plan import number_words

if TYPE_CHECKING:
    from stomptui.capture.store import Record
    from stomptui.console.screen import MainScreen

LONGEST = 400
"""Characters of a note: a line or two, and no place for a body."""


class NoteRow(AskRow):
    """`# note`, enter; the result is the text, empty to take the note back."""

    def read(self, text: str) -> str | None:
        text = text.strip()
        if len(text) > LONGEST:
            raise ValueError(f"that is {len(text)} characters, and a note has {LONGEST} at most")
        return text


async def note(screen: MainScreen, record: Record) -> None:
    """Ask for a note on `record`, and keep it."""
    asked = NoteRow("#", record.note, placeholder="a note on this frame; empty takes it back")
    text = await screen.ask_for(asked)
    if text is None or text == record.note:
        return
    screen.capture.note(record.id, text)
    what = "has this note now" if text else "has no note any more"
    where = "" if screen.capture.archive is not None else ", kept in memory only"
    screen.say_here(f"{number_words(record.number)} {what}{where}.")
    screen.touch()
