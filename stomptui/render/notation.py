"""Header values as people type them: STOMP 1.2's escapes, and one for what no terminal may be shown.

`\\\\`, `\\n`, `\\r` and `\\c` are STOMP's own. What `render.printable()` would replace is written as it
writes it: `\\x9b` for an octet that is no UTF-8 (and for a control character), `\\u202e`, `\\U000e0041`. Both
ways are exact: `read(write(value)) == value` for every value that a frame can hold.
"""

from __future__ import annotations

import re

from stomptui.render.text import printable

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))", re.DOTALL)
_NAMED = {"\\": "\\", "n": "\n", "r": "\r", "c": ":"}
_WRITTEN = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_LAST = 0x10FFFF


def write(value: str, *, name: bool = False) -> str:
    """Write a header's value (or its `name`, where a colon would end it) safe to show and to edit."""
    text = "".join(_WRITTEN.get(character, character) for character in value)
    if name:
        text = text.replace(":", "\\c")
    return visible(text)


def visible(text: str) -> str:
    """Replace what may not be shown by its escape, and leave all else, backslashes included."""
    if printable(text, keep_newlines=True) == text:
        return text
    return "".join(
        character if character == "\n" or printable(character) == character else _escape(character)
        for character in text
    )


def read(text: str) -> str:
    """Return the value that `text` stands for; ValueError in words where it stands for none."""
    return _ESCAPE.sub(_unescape, text)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unescape(match: re.Match[str]) -> str:
    octet, short, long, named = match.groups()
    if octet is not None:
        code = int(octet, 16)
        return chr(code if code < 0x80 else 0xDC00 + code)
    if short is not None or long is not None:
        code = int(short or long, 16)
        if code > _LAST:
            raise ValueError(f"{match[0]} is no character")
        return chr(code)
    if named not in _NAMED:
        what = printable(match[0])
        raise ValueError(f"{what} is no escape: write \\\\ for a backslash, \\n for a line break")
    return _NAMED[named]
