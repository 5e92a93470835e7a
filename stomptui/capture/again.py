"""Which delivery of a message came after which."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from stomptui.capture import files

REMEMBERED = 10_000
"""How many messages that came again are remembered, the newest: more than anybody goes through by hand."""

LATER = "SELECT number FROM frame WHERE connection = ? AND earlier = ? AND direction = 0 LIMIT 1"


class Again:
    """The number of the delivery that followed another, by connection and number."""

    def __init__(self) -> None:
        self._later: dict[tuple[int, int], int] = {}

    def note(self, connection: int, earlier: int, number: int) -> None:
        """Take in that message `earlier` came again as `number`."""
        if len(self._later) >= REMEMBERED:
            del self._later[next(iter(self._later))]
        self._later[connection, earlier] = number

    def after(self, connection: int, number: int) -> int | None:
        """The delivery that followed `number`, None for one that is not known."""
        return self._later.get((connection, number))


def after_in_file(path: Path, connection: int, number: int) -> int | None:
    """The same of a recording, in a look over all of it; raises CaptureError and sqlite3.Error."""
    with closing(files.look(path)) as db:
        row = db.execute(LATER, (connection, number)).fetchone()
    return None if row is None else int(row[0])
