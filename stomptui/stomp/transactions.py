"""Open transactions and what each has staged."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import attrgetter
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
    """In the order in which they were sent."""
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

    def unstage(self, number: int) -> Staged | None:
        """Take out the frame with that number, None when it is not staged here."""
        at = bisect_left(self.staged, number, key=attrgetter("number"))
        return self.staged.pop(at) if self.staged[at : at + 1] and self.staged[at].number == number else None


class Transactions(dict[str, Transaction]):
    """Open transactions by name, in the order of their BEGINs."""

    __slots__ = ("_joinable",)

    def __init__(self) -> None:
        super().__init__()
        self._joinable: dict[str, None] = {}

    def take(self, made: Transaction) -> None:
        """Take in a transaction, or anew one whose `automatic` or `ending` has changed."""
        self[made.name] = made
        if made.automatic and made.ending is None:
            self._joinable[made.name] = None
        else:
            self._joinable.pop(made.name, None)

    def end(self, name: str) -> None:
        """Forget a transaction."""
        self.pop(name, None)
        self._joinable.pop(name, None)

    @property
    def joined(self) -> str | None:
        """The one that new frames join by themselves, None while there is not exactly one."""
        return next(iter(self._joinable)) if len(self._joinable) == 1 else None
