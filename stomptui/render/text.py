"""Text from outside made harmless and visible: what a terminal would act on becomes something to read."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS_PER_CHARACTER = 4
"""Combining marks kept on one character: languages use up to four, more only paint over other lines."""

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Mc", "Me"})

# Invisible, though Unicode calls them marks, letters or symbols: joiners, fillers, variation selectors, and
# an empty Braille cell.
_INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0x1D159, 0x1D159),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)

# Whatever is outside these ranges is looked at one by one; inside, all are visible and stand alone.
_UNCOMMON = re.compile(
    "[^ -~\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u05d0-\u05ea\u0620-\u064a"
    "\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u23ff\u2500-\u27ff\u3000-\u3029\u3041-\u3096"
    "\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f\U0001f300-\U0001f64f\U0001f680-\U0001f6c5]+"
)


def printable(text: str | bytes, *, keep_newlines: bool = False) -> str:
    """Return `text` with every character that a terminal would act on, or hide, replaced by a visible form.

    C0 controls and DEL become their pictures (U+2400 and on), an octet that is no UTF-8 (a lone surrogate of
    `surrogateescape`) becomes `\\x9b`, and all else that is invisible, reordering, unassigned, private
    or piled up becomes `\\u202e` or `\\U000e0041`. Letters of any script, accents, CJK and emoji stay.
    Octets are read as UTF-8. With `keep_newlines` LF stays LF. What comes out, put in again, comes out
    the same.
    """
    if isinstance(text, bytes | bytearray | memoryview):
        text = bytes(text).decode("utf-8", "surrogateescape")
    if text.isascii() and text.isprintable():
        return text
    if keep_newlines:
        return _UNCOMMON.sub(_visible_lines, text)
    return _UNCOMMON.sub(_visible, text)


PIECE = 1 << 15
"""Octets that are made printable in one go."""


def printable_pieces(octets: bytes | memoryview) -> Iterator[str]:
    """Make `octets` printable as `printable` does with `keep_newlines`, in pieces of a few milliseconds each.

    A text is cut before a character of ASCII, which takes no part in how what follows it looks.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    rest = ""
    for start in range(0, len(octets), PIECE):
        text = rest + decoder.decode(octets[start : start + PIECE])
        cut = len(text) - 1
        while cut > 0 and not text[cut].isascii():
            cut -= 1
        if len(text) > 8 * PIECE:  # nothing but marks, or as strange
            cut = len(text)
        yield printable(text[:cut], keep_newlines=True)
        rest = text[cut:]
    yield printable(rest + decoder.decode(b"", final=True), keep_newlines=True)


def visible(character: str) -> str:
    """Return the visible form of one character, itself when it is visible anyway."""
    code = ord(character)
    if (picture := _PICTURES.get(code)) is not None:
        return picture
    if unicodedata.category(character) in _REFUSED or character in _INVISIBLE:
        return escape(character)
    return character


def escape(character: str) -> str:
    """Return the escape of one character: `\\x9b` for an octet that is no UTF-8, else by code point."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def pieces(text: str) -> list[tuple[str, bool]]:
    """Split `text` where `printable()` changes it: the parts to show, and whether each is an escape.

    Joined, the parts are `printable(text)`; the flag lets an escape look different from the same text typed.
    """
    if text.isascii() and text.isprintable():
        return [(text, False)] if text else []
    out: list[tuple[str, bool]] = []
    end = 0
    for run in _UNCOMMON.finditer(text):
        _join(out, text[end : run.start()], False)
        for shown, escaped in _look(run):
            _join(out, shown, escaped)
        end = run.end()
    _join(out, text[end:], False)
    return out


def _join(out: list[tuple[str, bool]], shown: str, escaped: bool) -> None:
    if out and out[-1][1] == escaped:
        out[-1] = (out[-1][0] + shown, escaped)
    elif shown:
        out.append((shown, escaped))


def _visible(run: re.Match[str]) -> str:
    return "".join([shown for shown, _ in _look(run)])


def _visible_lines(run: re.Match[str]) -> str:
    return "".join([shown for shown, _ in _look(run, "\n")])


def _look(run: re.Match[str], newline: str = "\u240a") -> Iterator[tuple[str, bool]]:
    # How many marks the character before still takes: none at the start, where a mark would join what is
    # printed before this text, and none on an escape.
    room = MARKS_PER_CHARACTER if run.start() else 0
    for character in run.group():
        if unicodedata.category(character) in _MARKS or "\u1160" <= character <= "\u11ff":
            if room and character not in _INVISIBLE:
                room -= 1
                yield character, False
                continue
            shown = escape(character)
        else:
            shown = newline if character == "\n" else visible(character)
        room = MARKS_PER_CHARACTER if shown == character != "\n" else 0
        yield shown, shown != character
