"""Begin, commit, abort, join or stay outside: one more key after `t`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.row import Option, Row, options
from stomptui.console.keys import KEYS, bindings
from stomptui.render import notation
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key

    from stomptui.stomp.transactions import Transaction

LISTED = 9


class TransactionChoice(NamedTuple):
    """`what` is begin, commit, abort, join or outside; `name` is None for the next free one."""

    what: str
    name: str | None = None


class TransactionRow(Row[TransactionChoice]):
    """The open transactions with what each has staged, and what can be done with them."""

    DEFAULT_CSS = """
    TransactionRow #name { height: 1; display: none; }
    TransactionRow #name > Static { width: auto; }
    TransactionRow.-naming #name { display: block; }
    TransactionRow.-naming #menu { display: none; }
    TransactionRow #why { color: $caution; height: auto; display: none; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("transaction")]

    place = "transaction"

    def __init__(
        self,
        transactions: Sequence[Transaction],
        joined: str | None,
        at_once: str = "",
        *,
        meant: str | None = None,
    ) -> None:
        """`at_once` is an action that is done once the row is there; `meant` is what commit and abort end."""
        super().__init__()
        self._at_once = at_once
        self.open = [one for one in transactions if one.ending is None][:LISTED]
        self.joined = joined
        # Also one beyond those that are listed.
        self._meant = meant if any(one.name == meant for one in transactions if one.ending is None) else None
        self._ending: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="row"):
            yield Static(self._menu(), id="menu")
            with Horizontal(id="name"):
                yield Static(Content.styled("Begin, named ", "$key $key-style"))
                yield Line(placeholder="a name; empty takes the next free one", escapes=True)
            yield Static(id="why", markup=False)

    def on_mount(self) -> None:
        if self._at_once:
            self.call_after_refresh(self.run_action, self._at_once)

    def _menu(self) -> Content:
        about = printable(self._only or "")
        end = f" {about}" if about else "..." if self.open else ""
        listed: list[Option] = [
            (str(place), self._told(transaction), True) for place, transaction in enumerate(self.open, 1)
        ]
        if self._ending is not None:
            return options(f"{self._ending.capitalize()} which?", listed)
        some = bool(self.open)
        choices: list[Option] = [
            ("b", "begin", True),
            ("B", "named", True),
            ("c", f"commit{end}", some),
            ("x", f"abort{end}", some),
            *((key, words if self._is_joined(words) else f"join {words}", True) for key, words, _ in listed),
            ("o", "outside", some),
        ]
        return options("Transaction:", choices)

    def _told(self, transaction: Transaction) -> str:
        joined = ", joined" if transaction.name == self.joined else ""
        return f"{printable(transaction.name)} ({len(transaction.staged)} staged{joined})"

    def _is_joined(self, words: str) -> bool:
        return words.endswith(", joined)")

    @property
    def _only(self) -> str | None:
        """The transaction that commit and abort mean without asking."""
        if len(self.open) == 1:
            return self.open[0].name
        return self._meant or self.joined

    def action_begin(self) -> None:
        self.dismiss(TransactionChoice("begin"))

    def action_begin_named(self) -> None:
        self.add_class("-naming")
        self.query_one(Line).focus()

    def action_commit(self) -> None:
        self._end("commit")

    def action_abort(self) -> None:
        self._end("abort")

    def action_outside(self) -> None:
        if not self.open:
            self._say("no transaction is open: frames are outside anyway")
            return
        self.dismiss(TransactionChoice("outside"))

    def action_join(self) -> None:
        """Bound for the table's sake; which one is told by `on_key`, as rebinding keeps the digits."""

    def on_key(self, event: Key) -> None:
        if self.has_class("-naming") or event.character is None or not event.character.isdigit():
            return
        event.stop()
        place = int(event.character)
        if not 1 <= place <= len(self.open):
            self._say(f"there is no transaction {place}")
            return
        self.dismiss(TransactionChoice(self._ending or "join", self.open[place - 1].name))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            name = notation.read(event.value.strip())
        except ValueError as problem:
            self._say(str(problem))
            return
        if any(one.name == name for one in self.open):
            self._say("a transaction of that name is open")
            return
        self.dismiss(TransactionChoice("begin", name or None))

    def _end(self, what: str) -> None:
        if not self.open:
            self._say(f"no transaction is open: {KEYS['transaction.begin'].keys[0]} begins one")
        elif self._only is not None:
            self.dismiss(TransactionChoice(what, self._only))
        else:
            self._ending = what
            self.query_one("#menu", Static).update(self._menu())

    def _say(self, words: str) -> None:
        why = self.query_one("#why", Static)
        why.display = True
        why.update(Content(printable(words)))
