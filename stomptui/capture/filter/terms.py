"""What an operand is in SQL: up to three views of it, by what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field

from stomptui.capture.filter.errors import Hint
from stomptui.capture.filter.sql import Sql


@dataclass(frozen=True)
class Term:
    """An operand from `start` to `stop` of the text; a view that it has not is None.

    `text` gives octets, `number` an INTEGER or REAL, `truth` 0 or 1; each may be NULL. `present` is NULL
    only where there is nothing, `what` says in words what it is. `literal` is the text, number or boolean
    that was written, if it is one; `name` that of a pseudo column.
    """

    start: int
    stop: int
    what: str
    text: Sql | None = None
    number: Sql | None = None
    truth: Sql | None = None
    present: Sql | None = None
    literal: str | int | float | bool | None = None
    name: str = ""
    escape: str = ""


@dataclass
class Context:
    """What is known while an expression is turned into SQL, and what was noticed."""

    source: str
    now: float
    known: frozenset[str] | None
    hints: list[Hint] = field(default_factory=list)

    def hint(self, words: str, start: int, stop: int) -> None:
        """Note what is hardly meant, once."""
        if (hint := Hint(words, start, stop)) not in self.hints:
            self.hints.append(hint)

    def written(self, term: Term) -> str:
        """A term as it was written, cut where it is long."""
        text = self.source[term.start : term.stop]
        return text if len(text) <= 40 else f"{text[:37]}..."
