"""A replay into a broker, without the command line around it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from stomptui import connect
from stomptui.capture import files, replay
from stomptui.capture.pace import FAST
from stomptui.capture.replay import Choice
from stomptui.commands import replay_journal as journals
from stomptui.commands.replay_journal import Journal, Progress
from stomptui.commands.replay_run import PATIENCE, Replay

ME = journals.identify("a.stomptui", "here")
AT_ONCE = Choice(pace=FAST)


class Run:
    """One run over a capture with the journal beside it, which it goes on with if there is one."""

    def __init__(
        self,
        path: Path,
        uri: str,
        choice: Choice = AT_ONCE,
        *,
        keep_going: bool = False,
        patience: float = PATIENCE,
        again_unknown: bool = False,
    ) -> None:
        self.path = path.with_suffix(".journal")
        self.db: sqlite3.Connection = files.look(path)
        there = self.path.exists()
        self.journal: Journal = (journals.go_on if there else journals.begin)(self.path, ME)
        before = self.journal.progress
        self.skip = before.confirmed if again_unknown else before.confirmed | before.unknown
        self.told: list[int] = []
        self.replay = Replay(
            lambda take: connect(uri, on_events=take, on_error=lambda error: None),
            lambda client: self._steps(choice),
            self.journal,
            keep_going=keep_going,
            patience=patience,
            alone=before.unknown if again_unknown else (),
            tell=self.told.append,
        )

    def _steps(self, choice: Choice) -> Iterator[replay.Step]:
        return replay.steps(self.db, choice, skip=self.skip)

    async def __call__(self) -> Replay:
        try:
            await self.replay.run()
        finally:
            self.journal.close()
            self.db.close()
        return self.replay

    @property
    def progress(self) -> Progress:
        found = journals.look(self.path, ME)
        assert found is not None
        return found
