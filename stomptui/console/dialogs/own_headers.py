"""Own headers of a NACK: what completes, what each means to this broker, and which outcomes they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.suggester import SuggestFromList

from stomptui.console.dialogs.draft import headers_text, parse_headers
from stomptui.console.dialogs.entry import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType

    from stomptui.brokers import Header, NackOutcome

Own = tuple[tuple[str, str], ...]

OF_NACK = {
    "id": "the console names the message itself",
    "message-id": "the console names the message itself",
    "subscription": "the console names the message itself",
    "receipt": "the receipt is asked for anyway",
    "transaction": "it joins as the status row says: t changes that",
}
"""Headers that the console writes into a NACK itself, and why."""


class HeaderLine(Line):
    """One `name:value`; tab or right takes what is shown behind the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "cursor_right", "Complete", show=False)]

    def __init__(self, understood: Iterable[Header]) -> None:
        super().__init__(placeholder="name:value", escapes=True)
        self.suggester = SuggestFromList(completions(understood), case_sensitive=True)


def completions(understood: Iterable[Header]) -> list[str]:
    """What can be written of the headers that this broker heeds: `requeue:true`, `requeue:false`."""
    written: list[str] = []
    for header in understood:
        if header.taken and header.name not in OF_NACK:
            values = header.values or (header.example,)
            written += [headers_text([(header.name, value)]) for value in values]
    return written


def read(text: str, understood: Iterable[Header]) -> tuple[str, str]:
    """The header that a line says; ValueError in words, also for a value that this broker does not know."""
    headers, problems = parse_headers(text, OF_NACK)
    if problems:
        raise ValueError(problems[0][1])
    if not headers:
        raise ValueError("nothing was written: name:value, or esc")
    [(name, value)] = headers
    known = next((header for header in understood if header.name == name), None)
    if known is not None and known.values and known.taken and value not in known.values:
        raise ValueError(f"{name} is {' or '.join(known.values)} here")
    return name, value


def meaning(text: str, understood: Sequence[Header]) -> str:
    """What the header that is being written means on this broker."""
    name = text.partition(":")[0]
    if not name:
        told = [header.name for header in understood if header.taken and header.name not in OF_NACK]
        return f"understood here: {', '.join(told) or 'none'}; any other goes out as it is written"
    if name in OF_NACK:
        return OF_NACK[name]
    known = next((header for header in understood if header.name == name), None)
    return f"{name}: {known.meaning}" if known is not None else f"{name}: means nothing that is known here"


def leaves(outcomes: Iterable[NackOutcome], own: Own) -> list[NackOutcome]:
    """The outcomes that a NACK with these headers can have, the headers added to each.

    One that is asked for by a header is left where that header is `own`, and no other where it has another
    value: the words of what is offered stay true.
    """
    offered = list(outcomes)
    asking = {name for outcome in offered for name, _ in outcome.headers}
    for name, value in own:
        if name in asking:
            wanted = [outcome for outcome in offered if (name, value) in outcome.headers]
            offered = wanted or [o for o in offered if name not in {each for each, _ in o.headers}]
    return [_with(outcome, own) for outcome in offered]


def _with(outcome: NackOutcome, own: Own) -> NackOutcome:
    more = tuple(pair for pair in own if pair not in outcome.headers)
    if not more:
        return outcome
    told = headers_text(more).replace("\n", " ")
    return outcome._replace(
        words=f"{outcome.words} with {told}",
        headers=(*outcome.headers, *more),
        done=f"{outcome.done}, with {told}",
    )
