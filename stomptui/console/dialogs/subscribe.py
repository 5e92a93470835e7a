"""The subscribe form: where, how, how much, and what that does to others, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from stomptui.brokers.words import is_copy
from stomptui.console.dialogs.draft import OF_SUBSCRIBE, parse_headers
from stomptui.console.dialogs.entry import Block, Line
from stomptui.console.dialogs.fields import Choice, FormKeys, Hint, Rule
from stomptui.console.dialogs.form import Form, button, middle
from stomptui.console.keys import bindings
from stomptui.render import notation
from stomptui.render.text import printable
from stomptui.stomp.dialect import SPECIFICATION, Dialect
from stomptui.stomp.frame import AckMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stomptui.brokers import Words
    from stomptui.stomp.subscription import Subscription

PREFETCH = 10
"""Messages held here unsettled unless more is asked for: few enough to leave the rest to others."""


@dataclass(frozen=True, slots=True)
class SubscribeRequest:
    """What to subscribe to; `prefetch` None asks for no limit, `id` None for the next free one."""

    destination: str
    mode: AckMode = AckMode.CLIENT_INDIVIDUAL
    prefetch: int | None = PREFETCH
    id: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


def consequence(mode: AckMode, dialect: Dialect) -> str:
    """Say what a mode means with this broker."""
    if mode is AckMode.CLIENT_INDIVIDUAL:
        return "each message waits for its own ack or nack"
    if mode is AckMode.CLIENT:
        return f"an ack settles {dialect.ack_covers.value}"
    return "nothing to settle: the broker forgets each message once it is sent to you"


class SubscribeScreen(Form[SubscribeRequest]):
    """Destination, mode, prefetch, id and own headers; the result is the request, None when it was left.

    The mode follows the destination until it is chosen by hand: `auto` where everybody gets a copy, else
    `client-individual` (`client` in STOMP 1.0, which has no other). `why_not` may refuse the request, in
    words, which keeps the form open.
    """

    DEFAULT_CSS = """
    SubscribeScreen > #form { height: auto; max-height: 100%; }
    SubscribeScreen #middle { height: auto; }
    SubscribeScreen.-tiny > #form, SubscribeScreen.-low > #form { height: 100%; }
    SubscribeScreen.-tiny #middle, SubscribeScreen.-low #middle { height: 1fr; }
    SubscribeScreen #prefetch { width: 8; }
    SubscribeScreen #headers { height: 3; }
    SubscribeScreen.-wide #headers { height: 6; }
    SubscribeScreen #advice { min-height: 2; }
    SubscribeScreen #buttons { align-horizontal: right; }
    """
    place = "subscribe"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("subscribe")]

    def __init__(
        self,
        *,
        words: Words,
        dialect: Dialect = SPECIFICATION,
        existing: Iterable[Subscription] = (),
        destination: str = "",
        version: str | None = None,
        why_not: Callable[[SubscribeRequest], str | None] = lambda request: None,
    ) -> None:
        super().__init__()
        self.words = words
        self.dialect = dialect
        self.existing = tuple(existing)
        self.destination = destination
        self.version = version
        self.why_not = why_not
        self._chosen = False

    @property
    def _careful(self) -> AckMode:
        return AckMode.CLIENT if self.version == "1.0" else AckMode.CLIENT_INDIVIDUAL

    def compose(self) -> ComposeResult:
        modes = [mode for mode in reversed(AckMode) if self.version != "1.0" or "individual" not in mode]
        with Vertical(id="form"):
            yield Rule("Subscribe", printable(self.words.name), heads="destination mode prefetch id")
            with middle():
                with Horizontal(classes="row"):
                    yield Static("Destination", classes="label")
                    yield Line(notation.write(self.destination), escapes=True, id="destination")
                yield Static(id="advice", classes="advice")
                with Horizontal(classes="row"):
                    yield Static("Mode", classes="label")
                    yield Choice(modes, self._careful, id="mode")
                yield Static(id="consequence", classes="advice")
                with Horizontal(classes="row"):
                    yield Static("Prefetch", classes="label")
                    yield Line(str(PREFETCH), type="integer", id="prefetch")
                    yield Static(id="limit", classes="aside")
                with Horizontal(classes="row"):
                    yield Static("Id", classes="label")
                    yield Line(placeholder="the next free one", escapes=True, id="id")
                yield Rule("Headers", "one name:value a line", heads="headers")
                yield Block(escapes=True, id="headers", placeholder="for example selector:price > 100")
            yield Static(id="said", markup=False)
            with Horizontal(classes="row", id="buttons"):
                yield button("Subscribe", "send")
        yield FormKeys(
            Hint("subscribe.send", "Subscribe"),
            Hint("form.back", "Back"),
            Hint("form.next", "Next"),
            Hint("form.help", "Keys"),
        )

    def on_mount(self) -> None:
        self.query_one("#prefetch", Line).disabled = self.dialect.prefetch_header is None
        self._propose_mode()
        self._advise()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "destination":
            self._propose_mode()
        self._advise()

    def on_text_area_changed(self) -> None:
        self._advise()

    def on_choice_changed(self) -> None:
        self._chosen = True
        self._advise()

    def on_input_submitted(self) -> None:
        self.action_send()

    def action_send(self) -> None:
        """End with the request, or say what it lacks and go there, or why nothing can be sent now."""
        try:
            request = self._read()
        except ValueError as problem:
            self.say(str(problem), problem=True)
            return
        reason = self.why_not(request)
        if reason is not None:
            self.say(f"not sent: {reason}", problem=True)
        else:
            self.dismiss(request)

    @property
    def mode(self) -> AckMode:
        return AckMode(self.query_one(Choice).value)

    def _propose_mode(self) -> None:
        if not self._chosen:
            kind = self.words.destination_kind(self.query_one("#destination", Line).value.strip())
            self.query_one(Choice).value = AckMode.AUTO if is_copy(kind) else self._careful

    def _prefetch(self) -> int | None:
        text = self.query_one("#prefetch", Line).value.strip()
        if self.mode is AckMode.AUTO or self.dialect.prefetch_header is None or not text:
            return None
        number = int(text) if text.isascii() and text.isdigit() else -1
        if number < 0:
            raise ValueError("prefetch is a number of messages; empty or 0 for no limit")
        return number or None

    def _read(self) -> SubscribeRequest:
        """Read the fields; ValueError in words, with the focus where the problem is."""
        fields = {name: self.query_one(f"#{name}", Line) for name in ("destination", "prefetch", "id")}
        at = "destination"
        try:
            destination = notation.read(fields[at].value.strip())
            if not destination:
                raise ValueError("a destination is needed, for example " + self.words.examples[0][0])
            at = "prefetch"
            prefetch = self._prefetch()
            at = "id"
            name = notation.read(fields[at].value.strip()) or None
            if any(one.id == name and not one.closed and not one.refused for one in self.existing):
                raise ValueError("a subscription with this id is open")
            at = "headers"
            headers, problems = parse_headers(self.query_one(Block).text, OF_SUBSCRIBE)
            for line, problem in problems:
                raise ValueError(f"headers, line {line}: {problem}")
        except ValueError:
            self.query_one(f"#{at}").focus()
            raise
        return SubscribeRequest(destination, self.mode, prefetch, name, headers)

    def _advise(self) -> None:
        """Say what subscribing like this would do."""
        self.say("")
        try:
            destination = notation.read(self.query_one("#destination", Line).value.strip())
        except ValueError as problem:
            destination = ""
            self.say(str(problem), problem=True)
        try:
            prefetch = self._prefetch()
        except ValueError:
            prefetch = PREFETCH
        headers = parse_headers(self.query_one(Block).text, OF_SUBSCRIBE).headers
        if destination:
            open_ones = [one for one in self.existing if not one.closed and not one.refused]
            lines = self.words.subscribe_advice(destination, self.mode, prefetch, headers, open_ones)
            again = [one.id for one in open_ones if one.destination == destination]
            if again:
                lines = [*lines, f"subscribed there already, as {again[0]}: the two share its messages"]
        else:
            width = max(len(form) for form, _ in self.words.examples)
            lines = [f"{form:<{width}}   {meaning}" for form, meaning in self.words.examples]
        self.put("#advice", Content("\n".join(map(printable, lines))))
        told = consequence(self.mode, self.dialect)
        self.put("#consequence", Content(told))
        self.put("#limit", Content(self._limit(prefetch)))

    def _limit(self, prefetch: int | None) -> str:
        header = self.dialect.prefetch_header
        if header is None:
            return "not sent: no header for it is known here"
        if self.mode is AckMode.AUTO:
            return "not sent: auto has nothing to wait for"
        if prefetch is None:
            return "no limit"
        return f"{header}:{prefetch}, unsettled at most"
