"""What a replay is asked to do, read from its options, and said before it is done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from stomptui import brokers
from stomptui.capture import stored
from stomptui.capture.edits import Edits, Rule
from stomptui.render import notation
from stomptui.render.text import printable
from stomptui.stomp.frame import Frame
from stomptui.stomp.resend import MADE_ANEW

if TYPE_CHECKING:
    from stomptui.capture.replay import Choice, Step, Survey
    from stomptui.stomp.failover import Failover

SHOWN = 20
"""Destinations, or records, that are listed."""
BODY = 2_000
"""Characters of a body that a dry run shows."""


class BadOption(Exception):
    """An option cannot be used; the words say why."""


def place(failover: Failover) -> str:
    """The broker, in words: all addresses of a list, and the virtual host of each."""
    return " or ".join(f"{each.address} (virtual host {each.virtual_host})" for each in failover.endpoints)


def rules(texts: Iterable[str]) -> tuple[Rule, ...]:
    """Read each FROM=TO, in STOMP's escapes; raises BadOption."""
    made = []
    for text in texts:
        source, equals, target = text.partition("=")
        if not equals or not source or not target:
            raise BadOption(f"--map {text}: write FROM=TO; a = in FROM is \\x3d")
        made.append(Rule(_read("--map", source), _read("--map", target)))
    return tuple(made)


def added(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read each name:value, in STOMP's escapes; raises BadOption."""
    made = []
    for text in texts:
        name, colon, value = text.partition(":")
        if not colon or not name:
            raise BadOption(f"--set {text}: write name:value; a colon in the name is \\c")
        made.append((_name("--set", name), _read("--set", value)))
    return tuple(made)


def removed(texts: Iterable[str]) -> frozenset[str]:
    """Read each name, in STOMP's escapes; raises BadOption."""
    return frozenset(_name("--remove", text) for text in texts)


def _name(option: str, text: str) -> str:
    name = _read(option, text)
    if name in MADE_ANEW:
        why = "--map changes where it goes" if name == "destination" else "each SEND gets its own"
        raise BadOption(f"{option} {text}: {name} is made anew; {why}")
    return name


def _read(option: str, text: str) -> str:
    try:
        read = notation.read(text)
    except ValueError as error:
        raise BadOption(f"{option} {text}: {error}") from None
    if "\0" in read:
        raise BadOption(f"{option} {text}: NUL ends a frame and cannot stand in a header")
    return read


def edits(maps: Iterable[str], sets: Iterable[str], removes: Iterable[str]) -> Edits:
    """Read --map, --set and --remove; raises BadOption."""
    return Edits(rules(maps), added(sets), removed(removes))


def not_resent(db: sqlite3.Connection, here: frozenset[str] = frozenset()) -> Callable[[int], frozenset[str]]:
    """The headers of a MESSAGE that are left out, by connection: its broker's own, harmful ones, and `here`.

    `here` are those of the broker that the replay goes to. Raises sqlite3.Error.
    """
    greetings: dict[int, Frame] = {}
    for number, server in db.execute("SELECT connection, server FROM connection WHERE server IS NOT NULL"):
        greetings[number] = Frame("CONNECTED", {"server": str(server)})
    where = "frame.kind = 0 AND frame.direction = 0 AND frame.command = 'CONNECTED'"
    for row in stored.select(db, where):
        if (frame := stored.record_of(row).frame) is not None:
            greetings[row.connection] = frame
    names = {number: _not_resent(frame) | here for number, frame in greetings.items()}
    unknown = _not_resent(Frame("CONNECTED")) | here
    return lambda connection: names.get(connection, unknown)


def _not_resent(connected: Frame) -> frozenset[str]:
    return brokers.words(brokers.recognise(connected)).not_resent


def announcement(choice: Choice, found: Survey, where: str, *, again: int = 0, kept: int = 0) -> list[str]:
    """What is about to be sent, a line each; `again` of them were unknown, `kept` are confirmed already."""
    of = "" if not choice.messages else f", made of the {_many(found.total, 'MESSAGE')} that came"
    takes = f", in {span(found.seconds)} at least" if found.seconds >= 1 else ""
    lines = [f"{_many(found.total, 'SEND')} to {printable(where)}{of}{takes}:"]
    lines += destinations(found)
    lines += [f"left out: {_many(count, choice.command)} {words}" for words, count in found.left_out.items()]
    if kept:
        lines.append(f"{kept:,} confirmed already are not sent again")
    if again:
        lines.append(f"{again:,} whose outcome is unknown are sent again: they may come twice")
    return lines


def destinations(found: Survey) -> list[str]:
    """How many to which destination, the most first."""
    listed = found.destinations.most_common(SHOWN)
    lines = [f"  {count:>9,}  {printable(destination)}" for destination, count in listed]
    if (more := len(found.destinations) - len(listed)) > 0:
        lines.append(
            f"  {found.total - sum(count for _, count in listed):>9,}  to {more:,} more destinations"
        )
    return lines


def shown(step: Step) -> str:
    """A SEND as a dry run shows it: its record, when it is due, its headers and the beginning of its body."""
    frame = step.frame
    head = "\n".join(
        f"{notation.write(name, name=True)}:{notation.write(value)}" for name, value in frame.headers
    )
    return (
        f"# record {step.id}, {step.delay:.3f} s after the one before\nSEND\n{head}\n\n{_body(frame.body)}\n"
    )


def _body(body: bytes) -> str:
    try:
        text = body[: 4 * BODY].decode()
    except UnicodeDecodeError as error:
        if error.start < 4 * BODY - 4 or len(body) <= 4 * BODY:  # else a character was cut
            return f"(no text, {_many(len(body), 'octet')})"
        text = body[: error.start].decode()
    cut = printable(text[:BODY].replace("\t", " "), keep_newlines=True)
    return cut if len(text) <= BODY and len(body) <= 4 * BODY else f"{cut}\n({len(body):,} octets in all)"


def records(ids: Iterable[int]) -> str:
    """Ids in words, runs as one, the first of many."""
    runs: list[list[int]] = []
    for id_ in sorted(ids):
        if runs and runs[-1][1] == id_ - 1:
            runs[-1][1] = id_
        else:
            runs.append([id_, id_])
    words = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:SHOWN]]
    return ", ".join(words) + (f" and {len(runs) - SHOWN:,} more" if len(runs) > SHOWN else "")


def span(seconds: float) -> str:
    """Seconds in words: `0.3 s`, `90 s`, `12 min`, `7.5 h`."""
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
