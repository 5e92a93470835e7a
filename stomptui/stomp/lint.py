"""What in a frame's octets departs from the version that was negotiated, whoever wrote them.

The decoder marks what it has to pass over to read on. A linter looks for more: what reads well and yet is
not what the version asks for, in what a client sent as in what a broker did. Only what a version requires or
excludes is looked at; what it merely recommends is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from stomptui.stomp.escapes import PADDED, UNESCAPED_COMMANDS, VERSIONS, rules
from stomptui.stomp.examine import COMMANDS, MOST, WITH_BODY, marks, rules_of
from stomptui.stomp.frame import Mark
from stomptui.stomp.head import BLANKS
from stomptui.stomp.lint_headers import Header, command_marks, header_marks, section_of
from stomptui.stomp.marking import shown

LOOKED_AT = 1 << 16
"""Octets of a head that are looked at: few milliseconds of looking, however hostile they are."""
HEADERS = 1000
"""Headers that are looked at: more than any client writes."""

_END = re.compile(rb"\n(?:(\r?\n)|\0)")
_DIGITS = 18
"""More digits than this are no length of anything, nor what `int` takes quickly."""

_GRAMMAR = "Augmented BNF"
_LENGTH = "Header content-length"


def lint(
    raw: bytes, version: str | None, *, to_broker: bool, escapes_1_0: bool = False, left: int = 0
) -> tuple[Mark, ...]:
    """Return the departures in `raw`, from a command to its NUL, from `version`, by their offsets.

    `version` is None before CONNECTED. `escapes_1_0` says that header values are escaped in STOMP 1.0 too,
    `left` how many octets of the body were left out before the NUL. Marks are of the decoder's kind and
    include its own; at most `MOST` of them, then one that says so. Raises nothing, whatever the octets.
    """
    if raw.endswith((b"\n", b"\r")) and (alone := raw.rstrip(b"\r\n")).endswith(b"\0"):
        raw = alone  # line ends may follow a frame
    if not raw:
        return ()
    found = sorted(islice(_all(raw, version, to_broker, escapes_1_0, left), MOST + 1), key=_offset)
    if len(found) > MOST:
        found[MOST:] = [
            Mark(
                "more", found[MOST].offset, "and more that is not listed", section_of(version, "STOMP Frames")
            )
        ]
    return tuple(found)


def _offset(mark: Mark) -> int:
    return mark.offset


def _all(raw: bytes, version: str | None, to_broker: bool, escapes_1_0: bool, left: int) -> Iterator[Mark]:
    line_end = raw.find(b"\n", 0, LOOKED_AT)
    nul = raw.find(b"\0", 0, line_end if line_end >= 0 else LOOKED_AT)
    if nul >= 0 or line_end < 0:
        yield from _no_head(raw, nul, version)
        return
    match = _END.search(raw, line_end, LOOKED_AT)
    bare = match is not None and match[1] is None
    whole = match is not None
    end = LOOKED_AT if match is None else match.end() - bare
    head = raw[:end]
    if not whole and not head.endswith(b"\n"):
        head = head[: head.rindex(b"\n") + 1]
    line = raw[:line_end].removesuffix(b"\r")
    command = COMMANDS.get(line) or line.decode("utf-8", "surrogateescape")
    how = rules_of(head, command, rules(version, escapes_1_0))
    spoken = _spoken(head, command, version)
    yield from marks(head, command, how, version, bare=bare)
    if not whole:
        yield from _unended(raw, len(head), version)
    headers = list(islice(_headers(head, line_end + 1, how), HEADERS))
    # Before CONNECTED nothing is escaped, nor in the frames that lead to it.
    escaped = command not in UNESCAPED_COMMANDS and version is not None
    yield from header_marks(headers, head, spoken, escaped=escaped, escapes_1_0=escapes_1_0)
    yield from command_marks(command, headers, spoken, to_broker=to_broker)
    if whole and not bare:
        yield from _body(raw, end, command, headers, spoken, left)


def _spoken(head: bytes, command: str, version: str | None) -> str | None:
    """The version whose rules a frame is to follow: CONNECT and CONNECTED say it themselves."""
    if version is not None or command not in UNESCAPED_COMMANDS:
        return version
    name = b"\nversion:" if command == "CONNECTED" else b"\naccept-version:"
    at = head.find(name)
    if at < 0:
        return "1.0" if command != "STOMP" else None
    stated = head[at + len(name) : head.index(b"\n", at + 1)].decode("latin-1").strip()
    known = [one for one in VERSIONS if one in re.split(r"\s*,\s*", stated)]
    return known[-1] if known else None


def _no_head(raw: bytes, nul: int, version: str | None) -> Iterator[Mark]:
    if nul >= 0:
        yield Mark("nul-in-command", nul, "a NUL in the command line", section_of(version, _GRAMMAR))
    else:
        yield Mark("no-command", 0, "no line end, so no command", section_of(version, _GRAMMAR))
        if not raw.endswith(b"\0"):
            yield Mark("missing-nul", len(raw), "no NUL ends this frame", section_of(version, _GRAMMAR))


def _unended(raw: bytes, end: int, version: str | None) -> Iterator[Mark]:
    if len(raw) >= LOOKED_AT:
        words = f"only {end} octets of this head are looked at"
        yield Mark("more", end, words, section_of(version, "Size Limits"))
        return
    yield Mark("no-blank-line", end, "no blank line ends the headers", section_of(version, _GRAMMAR))
    if not raw.endswith(b"\0"):
        yield Mark("missing-nul", len(raw), "no NUL ends this frame", section_of(version, _GRAMMAR))


def _headers(head: bytes, at: int, how: int) -> Iterator[Header]:
    """Read the header lines of `head` from `at` on, as far as they have a colon; values stay as written."""
    for line in head[at:].split(b"\n"):
        name, colon, value = line.removesuffix(b"\r").partition(b":")
        if colon:
            value_at = at + len(name) + 1
            first, text = (part.decode("utf-8", "surrogateescape") for part in (name, value))
            if how & PADDED:
                value_at += len(text) - len(text.lstrip(BLANKS))
                first, text = first.strip(BLANKS), text.strip(BLANKS)
            yield Header(first, text, at, value_at)
        at += len(line) + 1


def _body(
    raw: bytes, end: int, command: str, headers: list[Header], version: str | None, left: int
) -> Iterator[Mark]:
    stated = next((header for header in headers if header.name == "content-length"), None)
    length = len(raw) - end - raw.endswith(b"\0") + left
    if (length > 0 or left) and command in COMMANDS.values() and command not in WITH_BODY:
        yield Mark("unexpected-body", end, f"{command} has no body", section_of(version, "Body"))
    ended = raw.endswith(b"\0")
    if not ended:
        yield Mark("missing-nul", len(raw), "no NUL ends this frame", section_of(version, _GRAMMAR))
    if stated is None:
        nul = raw.find(b"\0", end) if not left else -1
        if 0 <= nul < len(raw) - 1:
            words = "a NUL in the body without content-length: the frame ends here"
            yield Mark("nul-in-body", nul, words, section_of(version, _LENGTH))
        return
    text = stated.value
    if not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > _DIGITS:
        words = f"content-length is {shown(text)}, no number of octets"
        yield Mark("unreadable-content-length", stated.value_at, words, section_of(version, _LENGTH))
        return
    wanted = int(text)
    if wanted == length:
        return
    more = "" if ended else " so far"
    words = f"content-length is {wanted}, but the body has {length} octets{more}"
    yield Mark("wrong-content-length", stated.value_at, words, section_of(version, _LENGTH))
