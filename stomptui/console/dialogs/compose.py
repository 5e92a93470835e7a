"""The compose form: To, headers, body and the switches of a SEND."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from stomptui.brokers.words import is_copy
from stomptui.console.dialogs.body import BodyField
from stomptui.console.dialogs.draft import ComposeDraft, parse_headers
from stomptui.console.dialogs.editor import CannotRun, edit
from stomptui.console.dialogs.entry import Block, Line
from stomptui.console.dialogs.fields import FormKeys, Hint, Rule, Switch
from stomptui.console.dialogs.form import Form, button, middle
from stomptui.console.dialogs.path import PathRow
from stomptui.console.keys import bindings
from stomptui.render import notation
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stomptui.brokers import Words

LARGEST = 256 * 1024 * 1024
"""Octets that a file may have to become a body: it is held in memory, and so is the frame."""
NONE = "none"
KEPT = "draft kept on escape"
NAME_SHOWN = 12
"""Cells of a transaction's name that there is room for where the form is narrowest."""


class ComposeScreen(Form[ComposeDraft]):
    """Edit a draft; the result is what to send, None when it was left. `draft` keeps it either way.

    `title` says where the draft comes from, `transactions` names the open ones and `joined` the one that a
    new message joins. `why_not` may refuse a draft in words, which keeps the form open.
    """

    DEFAULT_CSS = """
    ComposeScreen #kind { width: auto; max-width: 62%; }
    ComposeScreen.-tiny #kind { max-width: 50%; }
    ComposeScreen #to { min-width: 20; }
    ComposeScreen .label { width: 6; }
    ComposeScreen #headers { height: auto; min-height: 3; max-height: 40%; }
    ComposeScreen #left { height: auto; padding: 0 1; color: $muted; text-style: $muted-style; }
    ComposeScreen #problem { height: auto; padding: 0 1; color: $caution; text-style: bold; }
    ComposeScreen #transaction { width: auto; padding: 0 1; }
    ComposeScreen #send { dock: right; }
    ComposeScreen.-tiny Switch, ComposeScreen.-tiny #transaction { padding: 0 1 0 0; }
    """
    place = "compose"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("compose")]

    def __init__(
        self,
        draft: ComposeDraft,
        *,
        title: str = "",
        words: Words,
        transactions: Sequence[str] = (),
        joined: str | None = None,
        why_not: Callable[[ComposeDraft], str | None] | None = None,
    ) -> None:
        super().__init__()
        self.transactions: tuple[str | None, ...] = (None, *transactions)
        if draft.transaction is None or draft.transaction not in self.transactions:
            draft = replace(draft, transaction=joined if joined in self.transactions else None)
        self.draft = draft
        self.original = title
        self.words = words
        self.why_not = why_not
        self._told_of: tuple[str, str, bytes] | None = None

    def compose(self) -> ComposeResult:
        draft = self.draft
        with Vertical(id="form"):
            yield Rule(printable(f"Compose  {self.original}".rstrip()), KEPT, heads="to", id="top")
            with middle():
                with Horizontal(classes="row"):
                    yield Static("To", classes="label")
                    yield Line(
                        notation.write(draft.destination),
                        escapes=True,
                        id="to",
                        placeholder="for example /queue/NAME",
                    )
                    yield Static(id="kind", classes="aside")
                yield Rule("Headers", "one name:value a line, \\n \\\\ as in STOMP 1.2", heads="headers")
                yield Block(
                    draft.headers_text,
                    escapes=True,
                    id="headers",
                    placeholder="for example content-type:application/json",
                )
                yield Static(id="problem", markup=False)
                yield Static(Content(self._left_out()), id="left")
                with Horizontal(classes="row"):
                    yield Rule("Body", heads="body attachment", id="about")
                    yield button("Editor", "editor", tab=False)
                    yield button("File", "file", tab=False)
                yield BodyField(draft.body, id="field")
            yield Static(id="said", markup=False)
            with Horizontal(classes="row"):
                yield Switch("receipt", draft.receipt, id="receipt")
                yield Switch("content-length", draft.content_length, id="length")
                yield Button("", compact=True, action="screen.transaction", id="transaction")
                yield button("Send", "send", id="send")
        yield FormKeys(
            Hint("compose.send", "Send"),
            Hint("form.back", "Back"),
            Hint("compose.editor", "Editor"),
            Hint("compose.transaction", "Transaction"),
            Hint("compose.file", "File"),
            Hint("form.next", "Next"),
            Hint("form.help", "Keys"),
        )

    def on_mount(self) -> None:
        self.query_one("#left").display = bool(self.draft.left_out)
        self._show_transaction()
        self._check()

    def _left_out(self) -> str:
        names = " ".join(map(printable, self.draft.left_out))
        own = self.words.set_by_broker.issuperset(self.draft.left_out)
        return f"left out: {names} ({'set by the broker' if own else 'the broker sets them, or copies harm'})"

    # What is typed is looked at, and what follows from it said.

    def on_input_changed(self) -> None:
        self._check()

    def on_text_area_changed(self) -> None:
        self._check()

    def on_body_field_changed(self) -> None:
        self._check()

    def on_block_refused(self) -> None:
        self.tell("not pasted: it holds what a terminal would act on; Editor and File take it exactly")

    def tell(self, words: str, *, problem: bool = False) -> None:
        """Show `words` above the keys until something is changed."""
        self.say(words, problem=problem)
        self._told_of = self._typed()

    def _typed(self) -> tuple[str, str, bytes]:
        """What is in the fields now."""
        to, headers = self.query_one("#to", Line).value, self.query_one("#headers", Block).text
        return to, headers, self.query_one(BodyField).body

    def _check(self) -> None:
        if self._typed() != self._told_of:
            self.say("")
        kind = self.words.destination_kind(self.query_one("#to", Line).value.strip())
        self.put("#kind", Content(reaches(kind)))
        problems = parse_headers(self.query_one("#headers", Block).text).problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        problem = self.query_one("#problem", Static)
        problem.display = bool(problems)
        for line, words in problems[:1]:
            problem.update(Content(f"line {line}: {words}{more}"))
        self.query_one("#about", Rule).left = f"Body  {self.query_one(BodyField).told()}"

    def _show_transaction(self) -> None:
        name = printable(self.draft.transaction or NONE)
        shown = name if len(name) <= NAME_SHOWN else f"{name[: NAME_SHOWN - 1]}~"
        self.query_one("#transaction", Button).label = Content(f"transaction: {shown}")
        # The button is out of sight where the form is very narrow; this is not.
        self.query_one("#top", Rule).right = KEPT if self.draft.transaction is None else f"in {shown}"

    # The keys.

    def action_back(self) -> None:
        """Leave the form; the draft is kept in `draft`."""
        self.draft = self._read(self._destination(lenient=True))
        self.dismiss(None)

    def action_send(self) -> None:
        """End with the draft, or say what is wrong with it and go there."""
        try:
            draft = self._read(self._destination())
            self._refuse(draft)
        except ValueError as problem:
            self.tell(str(problem), problem=True)
            return
        self.draft = draft
        self.dismiss(draft)

    def action_transaction(self) -> None:
        """Take the next of the open transactions, or none."""
        if len(self.transactions) == 1:
            self.tell("no transaction is open: t, then b, on the main screen begins one")
            return
        index = self.transactions.index(self.draft.transaction)
        chosen = self.transactions[(index + 1) % len(self.transactions)]
        self.draft = replace(self.draft, transaction=chosen)
        self._show_transaction()

    def action_editor(self) -> None:
        self.run_worker(self._edit(), group="body", exclusive=True)

    def action_file(self) -> None:
        """Ask for a file and make it the body."""
        self.app.push_screen(PathRow("Body from", exists=True), self._take_file)

    def _destination(self, *, lenient: bool = False) -> str:
        text = self.query_one("#to", Line).value.strip()
        try:
            return notation.read(text)
        except ValueError:
            if lenient:
                return text
            self.query_one("#to").focus()
            raise

    def _read(self, destination: str) -> ComposeDraft:
        return replace(
            self.draft,
            destination=destination,
            headers_text=self.query_one("#headers", Block).text,
            body=self.query_one(BodyField).body,
            receipt=self.query_one("#receipt", Switch).value,
            content_length=self.query_one("#length", Switch).value,
        )

    def _refuse(self, draft: ComposeDraft) -> None:
        """Raise ValueError in words for a draft that cannot be sent."""
        if not draft.destination:
            self.query_one("#to").focus()
            raise ValueError("To is empty: a destination is needed")
        for line, words in parse_headers(draft.headers_text).problems:
            headers = self.query_one("#headers", Block)
            headers.focus()
            headers.move_cursor((line - 1, 0))
            raise ValueError(f"not sent. Headers, line {line}: {words}")
        reason = self.why_not(draft) if self.why_not is not None else None
        if reason is not None:
            raise ValueError(f"not sent: {reason}")

    async def _edit(self) -> None:
        field = self.query_one(BodyField)
        before = field.body
        try:
            after = await edit(self.app, before, field.suffix)
        except CannotRun as problem:
            self.tell(str(problem), problem=True)
            return
        added = before and not before.endswith(b"\n") and after.endswith(b"\n")
        if added:
            after = after[:-1]
        if after != before:
            field.load(after)
        field.focus_field()
        self.tell(edited(before, after, line_break=bool(added)))

    def _take_file(self, path: str | None) -> None:
        if path is not None:
            self.run_worker(self._load(Path(path)), group="body", exclusive=True)

    async def _load(self, path: Path) -> None:
        shown = printable(path.name)
        try:
            octets = await asyncio.to_thread(_octets, path)
        except OSError as error:
            self.tell(f"{shown} could not be read: {error.strerror or error}", problem=True)
            return
        if octets is None:
            self.tell(f"{shown} is larger than {LARGEST >> 20} MiB", problem=True)
            return
        field = self.query_one(BodyField)
        field.load(octets)
        field.focus_field()
        self.tell(f"the body is {shown}, {len(octets):,} B")


def _octets(path: Path) -> bytes | None:
    return path.read_bytes() if path.stat().st_size <= LARGEST else None


def reaches(kind: str) -> str:
    """Say who gets what is sent to a destination of that kind, in few words: the form may be narrow."""
    if is_copy(kind):
        return f"{kind}: all subscribers get it"
    return f"{kind}: one consumer gets it" if "queue" in kind else ""


def edited(before: bytes, after: bytes, *, line_break: bool) -> str:
    """Say what came back from the editor; `line_break` is whether one at the end was taken off again."""
    words = "the body is as it was" if after == before else f"edited, {len(after):,} B"
    return f"{words}; the line break that the editor put at the end is left out" if line_break else words
