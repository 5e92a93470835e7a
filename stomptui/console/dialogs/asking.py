"""What all dialogs are: a screen over the main one that ends once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

if TYPE_CHECKING:
    from textual.geometry import Size

Result = TypeVar("Result")


class Asking(ModalScreen[Result], Generic[Result]):
    """Asks for one thing; whatever keys arrive together, only the first of them ends it."""

    _ended = False

    def on_mount(self) -> None:
        """Take the classes of the size at once: else all is laid out and painted without them before."""
        size = self.app.size
        widths, heights = self.HORIZONTAL_BREAKPOINTS or [], self.VERTICAL_BREAKPOINTS or []
        fitting = self._get_breakpoint_classes(size.width, widths)
        fitting |= self._get_breakpoint_classes(size.height, heights)
        # Their styles come when the screen is shown, with all others.
        self.update_classes({name: name in fitting for _, name in widths + heights}, update=False)

    def _screen_resized(self, size: Size) -> None:
        # Textual lays a new screen out again, and paints it, when it hears of the size that it has.
        if size != self._size:
            super()._screen_resized(size)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """End with `result`; does nothing when it has ended, or when another dialog lies over it."""
        if self._ended or not self.is_current:
            return AwaitComplete()
        self._ended = True
        return super().dismiss(result)
