"""Open transactions and what each has staged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Staged(NamedTuple):
    """A SEND, ACK or NACK that waits for the COMMIT.

    `about` is a SEND's destination, or the number of the message that is settled; `covers` are the
    numbers of all messages that it settles; `again` when those may come again after the COMMIT.
    """

    number: int
    command: str
    about: str | int
    covers: tuple[int, ...] = ()
    again: bool = False


@dataclass(slots=True, eq=False)
class Transaction:
    """A transaction between its BEGIN (`number`, `time`) and the end of its COMMIT or ABORT."""

    name: str
    number: int
    time: float
    automatic: bool = True
    """Whether new frames join it by themselves while it is the only one of its kind."""
    staged: list[Staged] = field(default_factory=list)
    ending: str | None = None
    """COMMIT or ABORT once that is sent and its receipt awaited."""

    @property
    def sends(self) -> tuple[int, ...]:
        """The numbers of its SENDs."""
        return tuple(staged.number for staged in self.staged if staged.command == "SEND")

    @property
    def settles(self) -> tuple[int, ...]:
        """The numbers of the messages that it settles."""
        return tuple(number for staged in self.staged for number in staged.covers)


def automatically_joined(transactions: Iterable[Transaction]) -> str | None:
    """The one open transaction that new frames join by themselves, None while there is not exactly one."""
    names = [t.name for t in transactions if t.automatic and t.ending is None]
    return names[0] if len(names) == 1 else None
