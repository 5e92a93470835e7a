"""Rows as records of NDJSON and back, their octets readable where that is exact."""

from __future__ import annotations

from stomptui.capture.decode import VERSIONS
from stomptui.capture.record import Kind
from stomptui.capture.stored import Row
from stomptui.capture.transfer.lines import DIRECTIONS, KINDS, SETTLEMENTS, Pairs, Record
from stomptui.stomp.escapes import UNESCAPED_COMMANDS, escape, undo

_PLACES = {
    name: {word: place for place, word in enumerate(words)}
    for name, words in (("kind", KINDS), ("direction", DIRECTIONS), ("settlement", SETTLEMENTS))
}


def line_of(row: Row) -> Record:
    """The line that keeps a row; raises LookupError for a number in it that stands for nothing."""
    headers = head = octets = body64 = None
    body = ""
    if row.head is not None:
        if row.kind == Kind.FRAME:
            headers, exact = pairs_of(row.head, row.command or "", row.protocol)
            head = None if exact else row.head
        else:
            octets = None if row.body else _text(row.head)
            head = row.head if octets is None else None
        if row.body:
            text = _text(bytes(row.body))
            body, body64 = (text, None) if text is not None else ("", bytes(row.body))
    about = (row.about_first, row.about_last, row.about_frames)
    return Record(
        row.id,
        row.connection,
        row.number,
        _word(KINDS, row.kind),
        _word(DIRECTIONS, row.direction),
        row.time,
        row.wall,
        row.protocol,
        row.command,
        row.destination,
        row.subscription,
        row.size,
        _word(SETTLEMENTS, row.settlement),
        row.deliveries,
        row.earlier,
        row.outcome,
        row.words,
        row.beats,
        None if about == (None, None, None) else about,
        headers,
        head,
        octets,
        body,
        body64,
    )


def row_of(line: Record, id_: int) -> Row:
    """The row that a line keeps, as number `id_`; raises ValueError with words for what it cannot be."""
    head: bytes | None = line.head
    if head is None and line.headers is not None:
        head = head_of(line.command or "", line.headers, line.protocol)
    if head is None and line.octets is not None:
        head = line.octets.encode()
    body = line.body64 if line.body64 is not None else line.body.encode()
    if head is None and body:
        raise ValueError("a body without headers, head or octets")
    about = line.about or (None, None, None)
    return Row(
        id_,
        line.connection,
        line.number,
        place("kind", line.kind),
        place("direction", line.direction),
        line.time,
        line.wall,
        line.protocol,
        line.command,
        line.destination,
        line.subscription,
        line.size,
        place("settlement", line.settlement),
        line.deliveries,
        line.earlier,
        line.outcome,
        line.words,
        line.beats,
        *about,
        head,
        None if head is None else body,
    )


def place(name: str, word: str) -> int:
    """The number that a word stands for; raises ValueError with words for one that stands for none."""
    try:
        return _PLACES[name][word]
    except KeyError:
        raise ValueError(f"{name} {word[:40]!r} is none of {', '.join(_PLACES[name])}") from None


def _word(words: tuple[str, ...], number: int) -> str:
    if not 0 <= number < len(words):
        raise LookupError(number)
    return words[number]


def head_of(command: str, headers: Pairs, protocol: int) -> bytes:
    """The head that command and headers make, escaped as the protocol of the row says."""
    version = _escaping(command, protocol)
    if version is not None:
        headers = tuple([(escape(name, version), escape(value, version)) for name, value in headers])
    return _joined(command, headers).encode()


def pairs_of(head: bytes, command: str, protocol: int) -> tuple[Pairs, bool]:
    """The headers of a head, and whether `head_of` makes the same octets of them."""
    text = _text(head)
    exact = text is not None
    if text is None:
        text = head.decode("utf-8", "replace")
    version = _escaping(command, protocol)
    if version is not None and "\r" in text:  # line ends of two characters: exact as octets only
        text, exact = text.replace("\r\n", "\n"), False
    lines = text.split("\n")
    del lines[0]
    if lines[-2:] == ["", ""]:
        del lines[-2:]
    elif lines and not lines[-1]:
        del lines[-1]
    pairs = tuple([line.partition(":")[::2] for line in lines])
    if version is not None and "\\" in text:
        pairs = tuple([(_undone(name), _undone(value)) for name, value in pairs])
        return pairs, exact and head_of(command, pairs, protocol) == head
    if version is not None and text.count(":") > len(pairs):
        exact = False
    return pairs, exact and _joined(command, pairs) == text


def _joined(command: str, headers: Pairs) -> str:
    return "\n".join([command, *map(":".join, headers), "", ""])


def _escaping(command: str, protocol: int) -> str | None:
    if command in UNESCAPED_COMMANDS:
        return None
    version = VERSIONS[protocol & 3]
    return "1.2" if version == "1.0" and protocol & 4 else None if version == "1.0" else version


def _undone(text: str) -> str:
    try:
        return undo(text)
    except ValueError:
        return text


def _text(octets: bytes) -> str | None:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return None
