"""What all parts of a URI share: `%XX`, and how one that cannot be used is refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from stomptui.stomp.errors import StompError

_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class UriError(StompError, ValueError):
    """A URI cannot be used; the text says what is wrong and what to do, and never shows a passcode."""


def decoded(text: str, part: str) -> str:
    """`text` with its `%XX` decoded as UTF-8; `part` names it in the UriError."""
    if _PERCENT.search(text):
        raise UriError(f"a % in the {part} is followed by no two hex digits; write %25 for the sign itself")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise UriError(f"the {part} is not UTF-8 once its %XX are decoded") from None


def quoted(text: str, safe: str = "") -> str:
    """Quote what a URI gives a meaning; letters of all languages stay legible."""
    return "".join(quote(sign, safe) if sign.isascii() or not sign.isprintable() else sign for sign in text)


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` for the nearest of the words, or nothing when none is near."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
