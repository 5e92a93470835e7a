"""Confirmations of many frames, each made when somebody asks for it: nobody does for most."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from stomptui.net.outcome import Confirmation

if TYPE_CHECKING:
    from stomptui.net.line import Line
    from stomptui.net.outcome import Outcomes


class Confirmations(Sequence[Confirmation]):
    """Frames of one connection that were sent, in order; eight octets each.

    An object for each of 300,000 would have the garbage collector hold up the loop for a quarter of a second.
    """

    __slots__ = ("_line", "_numbers", "_outcomes", "_transactions")

    def __init__(self, line: Line) -> None:
        self._line = line
        self._outcomes: Outcomes = line.outcomes
        self._numbers = array("Q")
        self._transactions: dict[int, str] = {}

    def add(self, number: int, transaction: str | None = None) -> None:
        """Note frame `number`, and the transaction in which it waits."""
        self._numbers.append(number)
        if transaction is not None:
            self._transactions[number] = transaction

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Confirmation: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Confirmation, ...]: ...
    def __getitem__(self, index: int | slice) -> Confirmation | tuple[Confirmation, ...]:
        if isinstance(index, slice):
            return tuple(map(self._made, self._numbers[index]))
        return self._made(self._numbers[index])

    def _made(self, number: int) -> Confirmation:
        return Confirmation(self._line, self._outcomes, number, self._transactions.get(number))

    def __repr__(self) -> str:
        return f"<Confirmations of {len(self)} frames>"
