"""The review of what is collected: a list to look through and to change, and the two ways to send it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from stomptui.console.collected import Collected
from stomptui.console.dialogs.confirm import ConfirmDialog
from stomptui.console.dialogs.fields import FormKeys, Hint, Rule
from stomptui.console.dialogs.form import Form, button
from stomptui.console.dialogs.nack import NackRow
from stomptui.console.keys import bindings
from stomptui.console.review import Review, reviewed, why_no_transaction
from stomptui.console.widgets.decisions import Decisions, about
from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stomptui.brokers import NackOutcome, Words
    from stomptui.console.collected import Entry
    from stomptui.console.collecting import Collecting
    from stomptui.stomp.state import State

LOOK = 0.25
"""Seconds between two looks at whether something left the collection by itself."""


class How(Enum):
    """How what is collected is to be sent."""

    TOGETHER = "together"
    TRANSACTION = "in one transaction"


class ReviewScreen(Form[How]):
    """Lists what `collecting` holds and changes it there; the result is how to send it, None when left."""

    DEFAULT_CSS = """
    ReviewScreen #list { height: 1fr; }
    ReviewScreen #about { height: auto; min-height: 2; max-height: 4; padding: 0 1; }
    ReviewScreen #buttons { align-horizontal: right; }
    ReviewScreen.-tiny #buttons, ReviewScreen.-low #about { display: none; }
    """
    place = "review"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("review")]

    def __init__(
        self, collecting: Collecting, state: Callable[[], State], words: Callable[[], Words]
    ) -> None:
        super().__init__()
        self.collecting = collecting
        self.state = state
        self.words = words
        self.review: Review | None = None
        """What sending it would do; None while that is being found out."""
        self._seen: Collected | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="form"):
            yield Rule("Review", id="title", heads="list")
            yield Decisions(id="list")
            yield Static(id="about", markup=False)
            yield Static(id="said", markup=False)
            with Horizontal(classes="row", id="buttons"):
                yield button("Send together", "send", tab=False)
                yield button("In one transaction", "transaction", tab=False)
        yield FormKeys(
            Hint("review.send", "Send"),
            Hint("form.back", "Back"),
            Hint("review.transaction", "Transaction"),
            Hint("review.ack", "Ack"),
            Hint("review.nack", "Nack"),
            Hint("review.remove", "Take out"),
            Hint("form.help", "Keys"),
        )

    def on_mount(self) -> None:
        self.say("")
        self.set_interval(LOOK, self._look)
        self._look()

    @property
    def list(self) -> Decisions:
        return self.query_one(Decisions)

    # What is shown.

    def _look(self) -> None:
        """Take in the collection if it is another one now."""
        if self.collecting.collected is self._seen:
            return
        self._seen, self.review = self.collecting.collected, None
        self.list.show(self._seen, self.state())
        self._tell()
        self.run_worker(self._find_out(self._seen), group="review", exclusive=True)

    async def _find_out(self, collected: Collected) -> None:
        review = await reviewed(self.state(), collected)
        if collected is self._seen:
            self.review = review
            self.list.tell(review)
            self._tell()

    def on_resize(self) -> None:
        """Write as wide as there is room now."""
        self.call_after_refresh(self._tell)

    def on_decisions_moved(self) -> None:
        self._tell()

    def _tell(self) -> None:
        """Say what stands under the cursor, and what all of it comes to."""
        review, title = self.review, self.query_one("#title", Rule)
        title.left = f"Review  {len(self.collecting.collected)} collected"
        title.right = "" if review is None else _summary(review)
        entry = self.list.entry
        lines = [] if entry is None else about(entry, self.state(), review, self.list.size.width - 2)
        self.query_one("#about", Static).update(
            Content("\n").join([Content(printable(one)) for one in lines])
        )

    # What keys do.

    def action_move(self, by: int) -> None:
        self.list.move(by)

    def action_page(self, by: int) -> None:
        self.list.page(by)

    def action_first(self) -> None:
        self.list.go(0)

    def action_last(self) -> None:
        self.list.go(len(self.collecting.collected) - 1)

    def action_ack(self) -> None:
        """Make the entry under the cursor an ACK."""
        if (entry := self.list.entry) is not None:
            self._change(entry._replace(command="ACK", headers=(), words="", why=""))

    def action_nack(self) -> None:
        """Ask what a NACK is to do, and make the entry under the cursor one."""
        entry, state = self.list.entry, self.state()
        held = state.ledger.get(entry.number) if entry is not None else None
        if entry is None or held is None:
            return
        if state.version == "1.0":
            self.say("STOMP 1.0 has no NACK", problem=True)
            return
        words = self.words()
        chosen = entry

        def answer(outcome: NackOutcome | None) -> None:
            if outcome is not None:
                self._change(
                    chosen._replace(command="NACK", headers=outcome.headers, words=outcome.words, why="")
                )

        what = f"{entry.number:05d}, collected"
        outcomes = words.nack_for([held.frame])
        self.app.push_screen(NackRow(what, outcomes, words.give_back, words.headers_of("NACK")), answer)

    def _change(self, entry: Entry) -> None:
        self.say("")
        self.collecting.collected = self.collecting.collected.change([entry])
        self._look()

    def action_remove(self) -> None:
        """Take out the entry under the cursor."""
        if (entry := self.list.entry) is not None:
            self.collecting.collected = self.collecting.collected.without([entry.key])
            self.say(f"{entry.command} {entry.number:05d} taken out: it stays unsettled")
            self._look()

    def action_clear(self) -> None:
        """Take out all, after a question."""
        collected = self.collecting.collected
        if not collected:
            return

        def answer(sure: bool | None) -> None:
            if sure:
                self.collecting.collected = Collected()
                self.say(f"{len(collected)} taken out: they stay unsettled")
                self._look()

        self.app.push_screen(ConfirmDialog(f"Take out all {len(collected)}? Nothing is sent."), answer)

    def action_send(self) -> None:
        """End with the wish to send all together, or say why that cannot be."""
        self._end(How.TOGETHER)

    def action_transaction(self) -> None:
        """End with the wish to send all in one transaction, or say why that cannot be."""
        self._end(How.TRANSACTION)

    def _end(self, how: How) -> None:
        review = self.review
        if review is None:
            self.say("a moment: what it would settle is being found out", problem=True)
        elif review.clashes:
            self.list.go_to(review.clashes[0])
            which = f"{review.clashes[0][1]:05d}"
            if len(review.clashes) > 1:
                which = f"{len(review.clashes)} messages, {which} the first,"
            self.say(f"not sent: {which} would be settled twice; change or take out one", problem=True)
        elif not review.groups:
            self.say("not sent: nothing of it can be settled any more", problem=True)
        elif how is How.TRANSACTION and (why := why_no_transaction(self.state().dialect, review)):
            self.say(f"not sent: {why}", problem=True)
        else:
            self.dismiss(how)


def _summary(review: Review) -> str:
    parts = [f"{count} {command}" for command, count in sorted(review.counts.items()) if count]
    parts.append(f"settle {review.settles}")
    if review.beyond:
        parts.append(f"{review.beyond} NOT COLLECTED")
    return "  ".join(parts)
