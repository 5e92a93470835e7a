"""A replay from its options to its exit status."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from stomptui import brokers
from stomptui.capture import files, replay
from stomptui.capture.files import CaptureError
from stomptui.capture.pace import FAST, ORIGINAL, Pace
from stomptui.capture.replay import Choice, Survey
from stomptui.commands import replay_journal, replay_plan, replay_words
from stomptui.commands.connect import fail
from stomptui.commands.connection import broker_at, secrets
from stomptui.commands.headers import Pairs
from stomptui.commands.prompts import with_credentials
from stomptui.commands.replay_flight import WINDOW
from stomptui.commands.replay_journal import Identity, JournalError, Progress
from stomptui.commands.replay_plan import BadOption
from stomptui.commands.replay_run import Replay
from stomptui.net.connect import connect
from stomptui.stomp.errors import LocalProtocolError, StompError
from stomptui.stomp.percent import UriError

if TYPE_CHECKING:
    from stomptui.capture.replay import Step
    from stomptui.net.client import Client
    from stomptui.net.connect import Connecting
    from stomptui.stomp.events import Event
    from stomptui.stomp.failover import Failover

BAR = 200
"""Steps of the progress bar: as many as anybody can tell apart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for; texts are as they were typed."""

    file: Path
    uri: str
    messages: bool = False
    pace: Pace = ORIGINAL
    maps: tuple[str, ...] = ()
    sets: tuple[str, ...] = field(default=(), repr=False)
    removes: tuple[str, ...] = ()
    expression: str | None = None
    first: int = 1
    last: int | None = None
    keep_going: bool = False
    window: int = WINDOW
    resume: bool = False
    again_unknown: bool = False
    journal: Path | None = None
    yes: bool = False
    headers: Pairs = field(default=(), repr=False)
    http_headers: Pairs = field(default=(), repr=False)
    origin: str | None = None


class Ready(NamedTuple):
    """All that is known before anything is sent."""

    db: sqlite3.Connection
    choice: Choice
    brokers: Failover
    identity: Identity
    journal: Path
    before: Progress
    """What an earlier run did, as far as this one goes on with it."""
    skip: frozenset[int]
    found: Survey

    @property
    def where(self) -> str:
        return replay_plan.place(self.brokers)


def carry_out(asked: Asked, *, dry_run: bool = False) -> int:
    """Do it, and give the exit status; what is wrong with the options or the files ends it with 2."""
    try:
        with contextlib.ExitStack() as stack:
            ready = _prepare(asked, stack)
            if dry_run:
                return _show(ready)
            return _ask_and_send(asked, ready)
    except (BadOption, CaptureError, JournalError, LocalProtocolError, UriError) as error:
        fail(str(error), 2)
    except sqlite3.Error as error:
        fail(f"{asked.file}: cannot be read: {error}", 2)
    except StompError as error:
        fail(str(error), 1)


def _prepare(asked: Asked, stack: contextlib.ExitStack) -> Ready:
    edits = replay_plan.edits(asked.maps, asked.sets, asked.removes)
    failover = broker_at(asked.uri, asked.headers, asked.http_headers, asked.origin)
    failover = failover._replace(reconnect=False)
    db = stack.enter_context(contextlib.closing(files.look(asked.file)))
    last = Choice().last if asked.last is None else asked.last
    choice = Choice(
        asked.messages,
        asked.first,
        min(last, replay.newest(db)),  # what is recorded from now on is not replayed
        edits,
        asked.pace,
        replay_plan.not_resent(db) if asked.messages else lambda connection: (),
        None if asked.expression is None else _matching(asked, stack),
    )
    created = db.execute("SELECT value FROM fact WHERE name = 'created'").fetchone()
    where = replay_plan.place(failover)
    identity = replay_journal.identify(
        asked.file.name, where, repr(created), asked.messages, edits.rules, edits.added, sorted(edits.removed)
    )
    journal = replay_journal.usual_path(identity) if asked.journal is None else asked.journal
    before = replay_journal.look(journal, identity)
    if before is None:
        if asked.resume:
            raise JournalError(f"{journal}: there is no journal of this replay, so nothing to resume")
        before = Progress()
    skip: frozenset[int] = frozenset()
    if asked.resume:
        skip = before.confirmed if asked.again_unknown else before.confirmed | before.unknown
    found = replay.survey(db, choice, skip=skip)
    return Ready(db, choice, failover, identity, journal, before, skip, found)


def _matching(asked: Asked, stack: contextlib.ExitStack) -> Callable[[int, int], Iterator[int]]:
    from stomptui.capture.filter import FilterError, header_names, matches, parse, prepare

    db = stack.enter_context(contextlib.closing(files.look(asked.file)))  # for filters alone
    prepare(db)
    try:
        wanted = parse(asked.expression or "", now=time.time(), known_headers=header_names(db))
    except FilterError as error:
        raise BadOption(f"--filter: {error}") from None
    return lambda first, last: matches(db, wanted, first, last)


def _show(ready: Ready) -> int:
    for step in replay.steps(ready.db, ready.choice, skip=ready.skip):
        click.echo(replay_plan.shown(step))
    for line in replay_plan.announcement(ready.choice, ready.found, ready.where):
        click.echo(line)
    if ready.choice.messages:
        click.echo("headers that this broker does not take are known once it is connected to", err=True)
    return 0


def _ask_and_send(asked: Asked, ready: Ready) -> int:
    before, found = ready.before, ready.found
    unknown = before.unknown if asked.resume else frozenset()
    lines = replay_plan.announcement(
        ready.choice,
        found,
        ready.where,
        kept=len(before.confirmed) if asked.resume else 0,
        again=len(unknown) if asked.again_unknown else 0,
    )
    if unknown and not asked.again_unknown:
        lines.append(
            f"not sent again, since their outcome is unknown: records {replay_plan.records(unknown)}; "
            "--again-unknown sends them, maybe for the second time"
        )
    if before.confirmed and not asked.resume:
        lines.append(
            f"an earlier run has {len(before.confirmed):,} records confirmed; "
            "--resume would not send those again"
        )
    for line in lines:
        click.echo(line, err=True)
    if not found.total:
        click.echo("nothing is to be sent", err=True)
        return 1 if unknown and not asked.again_unknown else 0
    terminal = sys.stdin is not None and sys.stdin.isatty()
    if not asked.yes:
        if not terminal:
            fail("standard input is no terminal to ask on; --yes sends without asking", 2)
        if not _confirmed():
            click.echo("nothing was sent", err=True)
            return 1
    whom = with_credentials(ready.brokers, ask=terminal)
    opened = replay_journal.go_on if asked.resume else replay_journal.begin
    journal = opened(ready.journal, ready.identity)
    if asked.resume and journal.progress != before:
        journal.close()
        raise JournalError(f"{ready.journal}: another replay went on with it meanwhile; start again")
    with contextlib.closing(journal), _bar(found.total) as tell:
        run = Replay(
            lambda take: _connect(asked, whom, take),
            lambda client: _steps(ready, client),
            journal,
            keep_going=asked.keep_going,
            window=asked.window,
            alone=before.unknown if asked.again_unknown else (),
            tell=tell,
        )
        asyncio.run(run.run())
    earlier = unknown if not asked.again_unknown else frozenset()
    late = 0.0 if ready.choice.pace == FAST else run.late
    outcome = replay_words.Outcome(run.flight, found.total, run.seconds, late, earlier)
    for line in replay_words.summary(outcome, run.dialect):
        click.echo(line)
    for line in replay_words.how_to_go_on(outcome, run.end, run.words):
        click.echo(line, err=True)
    if run.signal:
        return 128 + run.signal
    return 0 if outcome.good else 1


def _confirmed() -> bool:
    try:
        return click.confirm("Send them?", default=False, err=True)
    except click.Abort:
        click.echo(err=True)
        sys.exit(130)


def _connect(asked: Asked, whom: Failover, take: Callable[[list[Event]], None]) -> Connecting:
    return connect(
        whom,
        on_events=take,
        on_error=lambda error: None,  # it is among the events
        headers=asked.headers,
        redact=secrets(asked.headers),
        http_headers=asked.http_headers,
        origin=asked.origin,
    )


def _steps(ready: Ready, client: Client) -> Iterator[Step]:
    choice = ready.choice
    if choice.messages:
        here = brokers.words(client.state.dialect).not_resent
        choice = choice._replace(not_resent=replay_plan.not_resent(ready.db, here))
    return replay.steps(ready.db, choice, skip=ready.skip)


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """Progress on standard error, where that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda finished: None
        return
    with click.progressbar(
        length=total, file=sys.stderr, show_pos=True, update_min_steps=max(1, total // BAR)
    ) as bar:
        done = 0

        def tell(finished: int) -> None:
            nonlocal done
            bar.update(finished - done)
            done = finished

        yield tell
