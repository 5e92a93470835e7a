"""The parts of a form: a rule with a title, a switch, a choice in one row, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from stomptui.console.keys import display
from stomptui.console.widgets.pressing import clicked, pressing
from stomptui.console.widgets.title import title_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.events import Click


class Rule(Widget):
    """`== left ==== right ==`; lit while the field that it heads has the focus. Texts must be printable."""

    DEFAULT_CSS = "Rule { height: 1; width: 1fr; }"

    left: reactive[str] = reactive("")
    right: reactive[str] = reactive("")
    lit: reactive[bool] = reactive(False)

    def __init__(self, left: str, right: str = "", *, heads: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.heads = heads
        self.set_reactive(Rule.left, left)
        self.set_reactive(Rule.right, right)

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._light)

    def _light(self, focused: Widget | None) -> None:
        self.lit = bool(self.heads) and focused is not None and focused.id in self.heads.split()

    def render(self) -> Content:
        return title_rule(self.left, self.right, self.size.width, focused=self.lit)


class Switch(Widget, can_focus=True):
    """`[x] words`: space or enter turns it."""

    DEFAULT_CSS = """
    Switch { height: 1; width: auto; padding: 0 1; }
    Switch:focus { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "turn", "Turn", show=False)]

    value: reactive[bool] = reactive(False)

    class Changed(Message):
        """The switch was turned."""

        def __init__(self, switch: Switch) -> None:
            super().__init__()
            self.switch = switch

        @property
        def control(self) -> Switch:
            return self.switch

    def __init__(self, words: str, value: bool, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = words
        self.set_reactive(Switch.value, value)

    def render(self) -> Content:
        return Content(f"[{'x' if self.value else ' '}] {self.words}")

    def action_turn(self) -> None:
        self.value = not self.value
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        self.action_turn()


class Choice(Widget, can_focus=True):
    """One of a few options (printable): left, right, space or a click choose.

    All stand in one row, or without the room the chosen one and which of how many it is.
    """

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "turn(1)", "Next", show=False),
        Binding("left", "turn(-1)", "Previous", show=False),
    ]

    value: reactive[str] = reactive("")

    class Changed(Message):
        """Another option was chosen by hand."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(self, options: Sequence[str], value: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.options = tuple(options)
        self.set_reactive(Choice.value, value)

    @property
    def _fits(self) -> bool:
        return sum(6 + cell_len(option) for option in self.options) - 2 <= self.size.width

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        if not self._fits:
            place = self.options.index(self.value) + 1 if self.value in self.options else 0
            parts.append((f"(o) {self.value}", "bold reverse" if self.has_focus else "bold"))
            parts.append((f" {place}/{len(self.options)}", "$muted $muted-style"))
            return Content.assemble(*parts)
        for option in self.options:
            chosen = option == self.value
            style = (
                "bold reverse" if chosen and self.has_focus else "bold" if chosen else "$muted $muted-style"
            )
            parts += [(f"({'o' if chosen else ' '}) {option}", style), ("  ", "")]
        return Content.assemble(*parts).rstrip()

    def action_turn(self, by: int) -> None:
        index = self.options.index(self.value) if self.value in self.options else 0
        self.choose(self.options[(index + by) % len(self.options)])

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def choose(self, option: str) -> None:
        """Choose an option as a hand would."""
        self.value = option
        self.post_message(self.Changed(self))

    def on_click(self, event: Click) -> None:
        if not self._fits:
            self.action_turn(1)
            return
        left = 0
        for option in self.options:
            width = 4 + cell_len(option)
            if left <= event.x < left + width:
                self.choose(option)
                return
            left += width + 2


class Hint(NamedTuple):
    """A key of a form: the ids of its row, and words; the first hints stay when there is no room."""

    id: str
    words: str


class FormKeys(Widget):
    """The last row of the screen while a form is open: its keys, as bound now, as many as fit."""

    DEFAULT_CSS = """
    FormKeys { dock: bottom; height: 1; width: 100%; background: $background; text-wrap: nowrap; }
    """

    def __init__(self, *hints: Hint) -> None:
        super().__init__()
        self.hints = hints

    def render(self) -> Content:
        bound: dict[str, list[str]] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.id is not None:
                bound.setdefault(active.binding.id, []).append(active.binding.key)
        parts: list[Content] = []
        room = self.size.width - 1
        for hint in self.hints:
            keys = "/".join(display(key) for key in bound.get(hint.id, [])[:2])
            words = f" {hint.words}"
            if not keys or len(keys) + len(words) > room:
                continue
            shown = Content.assemble((keys, "$key $key-style"), words)
            parts += [Content("  " if parts else " "), pressing(shown, bound[hint.id][0])]
            room -= len(keys) + len(words) + 2
        return Content.assemble(*parts)

    async def on_click(self, event: Click) -> None:
        """Press the key whose words were clicked."""
        await clicked(self, event)
