"""What all dialogs are: a screen over the main one that ends once."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Asking(ModalScreen[Result], Generic[Result]):
    """Asks for one thing; whatever keys arrive together, only the first of them ends it."""

    _ended = False

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """End with `result`; does nothing when it has ended, or when another dialog lies over it."""
        if self._ended or not self.is_current:
            return AwaitComplete()
        self._ended = True
        return super().dismiss(result)
