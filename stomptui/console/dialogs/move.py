"""Ask where a message is to be moved."""

from __future__ import annotations

from stomptui.console.dialogs.row import AskRow
from stomptui.render import notation


class MoveRow(AskRow):
    """Ask for a destination; `suggestion` (where a dead-lettered message came from) is filled in."""

    def __init__(self, what: str, suggestion: str = "", *, hint: str = "") -> None:
        shown = hint or "SEND there and ACK here, in one transaction: both or neither"
        if suggestion and not hint:
            shown = f"from there it was dead-lettered. {shown}"
        super().__init__(
            f"Move {what} to",
            notation.write(suggestion),
            hint=shown,
            placeholder="for example /queue/NAME",
            escapes=True,
        )

    def read(self, text: str) -> str | None:
        destination = notation.read(text.strip())
        if not destination:
            raise ValueError("a destination is needed: enter moves, esc leaves")
        return destination
