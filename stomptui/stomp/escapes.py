"""How header names and values are escaped, per version of STOMP."""

from __future__ import annotations

import re
from collections.abc import Iterator

VERSIONS = ("1.0", "1.1", "1.2")

ESCAPED = 1
"""A rule of reading: escapes in header names and values are undone."""
PADDED = 2
"""A rule of reading: blanks around names and values are STOMP 1.0's padding and carry no meaning."""
SIMPLE = 4
"""A rule of reading: every line has one colon and no CR, and its escapes are all defined."""

UNESCAPED_COMMANDS = frozenset({"CONNECT", "CONNECTED", "STOMP"})
"""Commands whose headers are never escaped, so that a STOMP 1.0 peer can read them."""

_SOUND = re.compile(rb"(?:[^\\]++|\\[cnr\\])*+")
_SOUND_1_1 = re.compile(rb"(?:[^\\]++|\\[cn\\])*+")
"""All up to the next escape that is not defined; possessive, so that it is passed once."""


def rules(version: str | None, escapes_1_0: bool = False) -> int:
    """Return the rules by which headers of `version` are read; None stands for `not known yet`."""
    if version == "1.0":
        return PADDED | ESCAPED if escapes_1_0 else PADDED
    return 0 if version is None else ESCAPED


def escape(text: str, version: str | None) -> str:
    r"""Return `text` as it is written in a header of `version`: 1.2 knows `\r \n \c \\`, 1.1 the last three.

    Text for 1.0, for None (before CONNECTED) and a carriage return for 1.1 come back as they are: there is
    no escape for them. STOMP 1.2, Value Encoding.
    """
    if version is None or version == "1.0":
        return text
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if ":" in text:
        text = text.replace(":", "\\c")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    if version != "1.1" and "\r" in text:
        text = text.replace("\r", "\\r")
    return text


def unescape(text: str, version: str | None) -> str:
    r"""Return what `text`, read from a header of `version`, means; `\r` is understood in 1.1 too.

    Raises ValueError for an undefined escape. STOMP 1.2, Value Encoding.
    """
    if "\\" not in text or version is None or version == "1.0":
        return text
    return undo(text)


def undo(text: str) -> str:
    """Undo all escapes in one pass, left to right; raises ValueError for an undefined one."""
    if "\\\\" in text:
        return "\\".join(map(_undo_single, text.split("\\\\")))
    return _undo_single(text)


def _undo_single(text: str) -> str:
    """Undo the escapes of a text in which no two backslashes meet."""
    if "\\" not in text:
        return text
    text = text.replace("\\c", ":").replace("\\n", "\n").replace("\\r", "\r")
    at = text.find("\\")
    if at >= 0:
        raise ValueError(f"undefined escape {text[at : at + 2]!r}")
    return text


def sound(octets: bytes, version: str | None) -> bool:
    r"""Say whether `version` defines all escapes in some header lines; to 1.1 `\r` is none."""
    return (_SOUND_1_1 if version == "1.1" else _SOUND).fullmatch(octets) is not None


def undefined(octets: bytes, version: str | None) -> Iterator[tuple[int, bytes]]:
    r"""Find the escapes in one header line that `version` does not define: their offset and octets.

    `\r` is among them for 1.1, although it is understood. Whoever needs only some stops early: a hostile
    line has a million.
    """
    sound = _SOUND_1_1 if version == "1.1" else _SOUND
    at = 0
    while (match := sound.match(octets, at)) is not None and (found := match.end()) < len(octets):
        yield found, octets[found : found + 2]
        at = found + 2
