"""What completes the end of a filter expression: headers that were seen, pseudo columns, saved filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.suggester import Suggester

from stomptui.render.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PSEUDO = (
    *("command", "destination", "subscription", "direction", "settled", "body"),
    *("size", "time", "age", "redelivered"),
)
"""Names of the language that are no headers."""
WORDS = ("AND", "OR", "NOT", "BETWEEN", "IN", "LIKE", "IS", "NULL", "TRUE", "FALSE", "ESCAPE")
_PLAIN = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_LAST = re.compile(r'(@[\w-]*|"[^"]*|[A-Za-z_$][\w$-]*)$')


def choices(headers: Iterable[str], saved: Iterable[str]) -> list[str]:
    """Everything that completes, as it is written; names that may not be shown are left out."""
    written = [f"@{name}" for name in saved] + list(PSEUDO)
    for name in headers:
        if printable(name) != name or not name:
            continue
        if name in PSEUDO:
            continue  # it means the pseudo column; the header is header.name
        plain = _PLAIN.fullmatch(name) and name.upper() not in WORDS
        written.append(name if plain else '"' + name.replace('"', '""') + '"')
    return list(dict.fromkeys(written))


def completed(text: str, written: Sequence[str]) -> str | None:
    """`text` with its last word completed; None when nothing does, or it stands in a text."""
    match = _LAST.search(text)
    if match is None or text[: match.start()].count("'") % 2:
        return None
    word = match[0]
    if word.startswith("@") and match.start():
        return None  # a saved filter stands alone
    for one in written:
        bare = one if word.startswith(("@", '"')) else one.removeprefix('"')
        if bare.startswith(word) and len(bare) > len(word):
            return text[: match.start()] + one
    return None


class Completing(Suggester):
    """Shows behind the cursor what would complete; `written` may come later."""

    def __init__(self, written: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.written = written

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line as it would be, where that only adds to it."""
        whole = completed(value, self.written)
        return whole if whole is not None and whole.startswith(value) else None
