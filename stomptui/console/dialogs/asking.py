"""What all dialogs are: a screen over the main one that ends once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Self, TypeVar

from textual._time import get_time
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.events import Key, ScreenResume
    from textual.geometry import Region, Size
    from textual.messages import Update

Result = TypeVar("Result")


class Asking(ModalScreen[Result], Generic[Result]):
    """Asks for one thing; whatever keys arrive together, only the first of them ends it."""

    _ended = False
    _shown = False
    painted = 0.0
    """When it was painted first, by the clock of events; 0 before."""

    async def _compose(self) -> None:
        self._take_size()
        await super()._compose()

    def _on_screen_resume(self, event: ScreenResume) -> None:
        if self._shown:
            return
        # Textual would style again what has just got its styles, and paint again what is painted now.
        event.prevent_default()
        self._shown = True
        self.stack_updates += 1
        self.app._refresh_notifications()
        self._update_auto_focus()
        self.app.stylesheet.apply(self, animate=False)
        self._refresh_layout(self.app.size)
        for widget in self.walk_children(Widget, with_self=True):
            widget._repaint_required = False
        self.painted = get_time()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """A layout has what moved painted: Textual would have all painted, each time that it mounts."""
        return super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Give the lines of the screen beneath as they were painted: Textual takes them apart and puts them
        together again, at every key that is typed over them.
        """
        stack = self.app.screen_stack
        place = stack.index(self) if self in stack else 0
        if not place or not self.styles.background.is_transparent:
            return super().render_lines(crop)
        strips = stack[place - 1]._compositor.render_strips()
        lines = strips[crop.y : crop.bottom]
        if crop.column_span != (0, self.size.width):
            lines = [strip.crop(*crop.column_span) for strip in lines]
        return lines + [Strip.blank(crop.width)] * (crop.height - len(lines))

    async def _on_update(self, message: Update) -> None:
        if message.time < self.painted:  # asked for by what was painted since, as all was
            message.stop()
            message.prevent_default()

    def _take_size(self) -> None:
        """Take the classes of the size at once: else all is laid out and painted without them before."""
        size = self.app.size
        widths, heights = self.HORIZONTAL_BREAKPOINTS or [], self.VERTICAL_BREAKPOINTS or []
        fitting = self._get_breakpoint_classes(size.width, widths)
        fitting |= self._get_breakpoint_classes(size.height, heights)
        self.update_classes({name: name in fitting for _, name in widths + heights}, update=False)

    def _screen_resized(self, size: Size) -> None:
        # Textual lays a new screen out again, and paints it, when it hears of the size that it has.
        if size != self._size:
            super()._screen_resized(size)

    def typed_ahead(self, event: Key) -> bool:
        """Whether a key was typed before this was to be seen."""
        return event.time < self.painted

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """End with `result`; does nothing when it has ended, or when another dialog lies over it."""
        # To Textual one that lies beneath is current too, while it shows, and the one over it would go.
        if self._ended or self.app.screen is not self:
            return AwaitComplete()
        self._ended = True
        return super().dismiss(result)
