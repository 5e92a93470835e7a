"""Ask for a rule that settles by itself: nothing starts before it is seen what it would do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from stomptui.console import rule as rules
from stomptui.console.dialogs.entry import Line
from stomptui.console.dialogs.fields import Choice, FormKeys, Hint, Rule
from stomptui.console.dialogs.filter import FilterLine, Mistake, meant, pointed
from stomptui.console.dialogs.form import Form, button, middle
from stomptui.console.dialogs.row import Row, options
from stomptui.console.keys import bindings
from stomptui.console.rule import Preview, foreseen
from stomptui.render.text import printable

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key

    from stomptui.brokers import NackOutcome, Words
    from stomptui.capture.filter import Filter
    from stomptui.stomp.subscription import Subscription

ACK, LEAVE = "ACK", "leave"
HELD, NEW = "unsettled now, then new ones", "new ones only"
HINT = "tab completes, up: earlier ones, enter counts what matches now"
BEFORE = "Enter counts what it finds among the unsettled: only then it can start."
PLAIN = "It settles messages that you have not looked at, by itself, without asking."


class Expression(FilterLine):
    """The line for the expression: tab goes on where there is nothing to complete."""

    def action_complete(self) -> None:
        before = self.value
        super().action_complete()
        if self.value == before:
            self.screen.focus_next()


class RuleScreen(Form[rules.Rule]):
    """Expression, what to do with matches and others, how many at most; the result is the rule.

    `compiled` turns text into a filter, or raises Mistake; `previewed` counts what one finds, and tells on
    the way; `why_not` may refuse to start, in words.
    """

    DEFAULT_CSS = """
    RuleScreen > #form { height: auto; max-height: 100%; }
    RuleScreen #middle { height: auto; }
    RuleScreen.-tiny > #form, RuleScreen.-low > #form { height: 100%; }
    RuleScreen.-tiny #middle, RuleScreen.-low #middle { height: 1fr; }
    RuleScreen #most { width: 8; }
    RuleScreen #hint { height: auto; padding: 0 0 0 14; color: $muted; text-style: $muted-style; }
    RuleScreen #hint.-problem { color: $caution; text-style: bold; }
    RuleScreen #plain { height: auto; padding: 0 1 0 3; color: $caution; text-style: bold; }
    RuleScreen #advice { min-height: 5; }
    RuleScreen #buttons { align-horizontal: right; }
    """
    place = "rule"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("rule")]

    def __init__(
        self,
        subscription: Subscription,
        words: Words,
        compiled: Callable[[str], Awaitable[Filter]],
        previewed: Callable[[Filter, Callable[[Preview], None]], Awaitable[Preview]],
        names: Future[list[str]],
        earlier: Sequence[str] = (),
        saved: Mapping[str, str] | None = None,
        why_not: Callable[[], str | None] = lambda: None,
    ) -> None:
        super().__init__()
        self.subscription = subscription
        self.words = words
        self.why_not = why_not
        self._compiled = compiled
        self._previewed = previewed
        self._names = names
        self._earlier = earlier
        self._saved = saved or {}
        # What is said of any message, as nobody knows which will come.
        self._nacks = {_label(one, words.nack): one for one in words.nack}
        self._read_as = ""
        self._filter: Filter | None = None
        self._found: Preview | None = None

    def compose(self) -> ComposeResult:
        one = self.subscription
        with Vertical(id="form"):
            yield Rule(
                "Settle by rule", printable(self.words.name), heads="expression matches others most begin"
            )
            with middle():
                with Horizontal(classes="row"):
                    yield Static("Subscription", classes="label")
                    yield Static(Content(printable(f"{one.destination}  {one.mode}")))
                with Horizontal(classes="row"):
                    yield Static("Expression", classes="label")
                    line = Expression("", self._earlier, self._saved)
                    line.id = "expression"
                    yield line
                yield Static(HINT, id="hint", markup=False)
                with Horizontal(classes="row"):
                    yield Static("Matches", classes="label")
                    yield Choice((ACK, LEAVE), ACK, id="matches")
                with Horizontal(classes="row"):
                    yield Static("All others", classes="label")
                    yield Choice((LEAVE, *self._nacks), LEAVE, id="others")
                with Horizontal(classes="row"):
                    yield Static("At most", classes="label")
                    yield Line(str(rules.USUAL), type="integer", id="most")
                    yield Static("settled, then it ends", classes="aside")
                with Horizontal(classes="row"):
                    yield Static("Begin with", classes="label")
                    yield Choice((HELD, NEW), HELD, id="begin")
                yield Rule("What it does", "")
                yield Static(PLAIN, id="plain", markup=False)
                yield Static(id="advice", classes="advice")
            yield Static(id="said", markup=False)
            with Horizontal(classes="row", id="buttons"):
                yield button("Start", "send")
        yield FormKeys(
            Hint("rule.send", "Start"),
            Hint("form.back", "Back"),
            Hint("form.next", "Next"),
            Hint("form.help", "Keys"),
        )

    @property
    def line(self) -> Expression:
        return self.query_one(Expression)

    def on_mount(self) -> None:
        self._advise()
        self.run_worker(self._know())

    async def _know(self) -> None:
        self.line.know(await self._names)

    def on_choice_changed(self) -> None:
        self._advise()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "expression" and event.value != self._read_as:
            self._forget()
            self._hint(Content(HINT))
        self._advise()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        if event.input.id == "expression" and event.value.strip():
            self._look()

    def on_input_submitted(self) -> None:
        self._look()

    def action_send(self) -> None:
        """End with the rule, or say what is missing and go there."""
        if not self.line.value.strip():
            self._missing("an expression is needed, for example type = 'refund'", "expression")
        elif self._filter is None or self.line.value != self._read_as:
            self._look()
        elif self._found is None or not self._found.whole:
            self.say("Still counting what it would do.", problem=True)
        elif not self._acks and self._nack is None:
            self._missing("this would settle nothing: choose ACK or NACK", "matches")
        else:
            try:
                most = self._most()
            except ValueError as problem:
                self._missing(str(problem), "most")
                return
            if (reason := self.why_not()) is not None:
                self.say(f"not started: {reason}", problem=True)
                return
            one = self.subscription
            held = self.query_one("#begin", Choice).value == HELD
            self.dismiss(
                rules.Rule(one.id, one.destination, self._filter, most, self._acks, self._nack, held)
            )

    @property
    def _acks(self) -> bool:
        return self.query_one("#matches", Choice).value == ACK

    @property
    def _nack(self) -> NackOutcome | None:
        return self._nacks.get(self.query_one("#others", Choice).value)

    def _most(self) -> int:
        text = self.query_one("#most", Line).value.strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= rules.MOST:
            raise ValueError(f"at most is a number of messages, 1 to {rules.MOST}")
        return number

    def _missing(self, words: str, at: str) -> None:
        self.query_one(f"#{at}").focus()
        self.say(words, problem=True)

    def _forget(self) -> None:
        """What was counted was about another expression."""
        self._read_as, self._filter, self._found = "", None, None

    def _look(self) -> None:
        """Read the expression and count what it finds, unless that was done."""
        value = self.line.value
        if not value.strip():
            self._missing("an expression is needed, for example type = 'refund'", "expression")
        elif value != self._read_as:
            self._forget()
            self._read_as = value
            self.run_worker(self._count(value), group="count", exclusive=True)

    async def _count(self, value: str) -> None:
        try:
            expression = meant(value, self._saved)
            if expression != value:  # a saved one
                self.line.put(expression)
                self._read_as = value = self.line.value
            self._filter = await self._compiled(expression)
        except Mistake as error:
            if self.is_attached and self.line.value == value:
                self.line.cursor_position = min(error.start, len(value))
                self.call_after_refresh(self._point, error)
            self._forget()
            return
        hints = "; ".join(hint.words for hint in self._filter.hints)
        self._hint(Content(printable(hints) or HINT), problem=bool(hints))
        try:
            self._tell(await self._previewed(self._filter, self._tell))
        except Mistake as error:
            self._forget()
            self._advise()
            self.say(error.words, problem=True)

    def _tell(self, found: Preview) -> None:
        if self.is_attached:
            self._found = found
            self._advise()

    def _point(self, error: Mistake) -> None:
        if self.is_attached:
            self._hint(pointed(self.line, self.query_one("#hint", Static), error), problem=True)

    def _hint(self, words: Content, *, problem: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(problem, "-problem")
        self.put("#hint", words)

    def _advise(self) -> None:
        """Say what the rule would do."""
        self.say("")
        found = self._found
        lines = [BEFORE] if found is None else [found.words]
        try:
            most = self._most()
        except ValueError as problem:
            self.say(str(problem), problem=True)
            most = rules.USUAL
        if found is not None:
            held = self.query_one("#begin", Choice).value == HELD
            nack = self._nack
            back = nack is not None and self.words.dialect.gives_back(dict(nack.headers).get("requeue"))
            lines += foreseen(self._acks, nack, most, held, found, back)
            prefetch = self.subscription.prefetch
            if prefetch is not None and (not self._acks or self._nack is None):
                lines.append(f"What it leaves is held: at {prefetch}, the prefetch, nothing more comes.")
        self.put("#advice", Content("\n".join(map(printable, lines))))


def _label(outcome: NackOutcome, outcomes: Sequence[NackOutcome]) -> str:
    """What a choice calls an outcome: without what stands in brackets, where that is enough."""
    short = [one.words.partition(" (")[0] for one in outcomes]
    words = outcome.words.partition(" (")[0]
    return f"NACK {printable(words if short.count(words) == 1 else outcome.words)}"


class StopRow(Row[bool]):
    """`RULE on /queue/orders, 7 of 10:  s stop . esc`; the result is whether to stop."""

    AUTO_FOCUS = ""

    def __init__(self, what: str, *details: str) -> None:
        super().__init__()
        self.what = printable(what)
        self.details = [printable(detail) for detail in details]

    def compose(self) -> ComposeResult:
        with Vertical(id="row"):
            for detail in self.details:
                yield Static(Content.styled(detail, "$muted $muted-style"))
            yield Static(options(f"{self.what}:", [("s", "stop", True)]))

    def on_key(self, event: Key) -> None:
        if event.character in ("s", "S"):
            event.stop()  # or the key would reach the screen beneath once this one is gone
            self.dismiss(True)
