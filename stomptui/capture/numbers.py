"""From (connection, number) to the id of a record, without a table as long as the capture."""

from __future__ import annotations

from array import array
from bisect import bisect_right


class Numbers:
    """Within one connection ids and numbers mostly rise together: only where they do not, a step is kept."""

    def __init__(self) -> None:
        self._steps: dict[int, tuple[array[int], array[int]]] = {}
        self._deltas: dict[int, int] = {}
        self.last = 0
        """The number that was noted last."""

    def note(self, connection: int, number: int, id_: int) -> None:
        """Record `id_` is frame `number` of `connection`; both rise from call to call."""
        self.last = number
        delta = id_ - number
        if self._deltas.get(connection) != delta:
            self._deltas[connection] = delta
            numbers, ids = self._steps.setdefault(connection, (array("Q"), array("Q")))
            numbers.append(number)
            ids.append(id_)

    def id(self, connection: int, number: int) -> int | None:
        """The id that the frame has if it was ever noted: whoever asks compares what that record says."""
        steps = self._steps.get(connection)
        if steps is None:
            return None
        numbers, ids = steps
        at = bisect_right(numbers, number) - 1
        return None if at < 0 else ids[at] + number - numbers[at]

    def forget(self, first_id: int) -> None:
        """Forget the steps that only ids below `first_id` need."""
        for numbers, ids in self._steps.values():
            gone = bisect_right(ids, first_id) - 1
            if gone > 0:
                del numbers[:gone], ids[:gone]
