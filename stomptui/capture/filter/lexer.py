"""An expression as tokens of sqlglot."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from stomptui.capture.filter.errors import FilterError

if TYPE_CHECKING:
    from sqlglot import Token
    from sqlglot.dialects.dialect import Dialect

LONGEST = 10_000
"""Characters of an expression."""
MOST = 1_000
"""Tokens of an expression."""
KEYWORDS = ("AND", "OR", "NOT", "BETWEEN", "IN", "LIKE", "ESCAPE", "IS", "NULL", "TRUE", "FALSE")
SIGNS = {"<>": "NEQ", "!=": "NEQ", "<=": "LTE", ">=": "GTE"}


@lru_cache(1)
def dialect() -> Dialect:
    """The selector language to sqlglot: these keywords alone, no comments, no escapes but doubled quotes."""
    from sqlglot import Tokenizer as Plain
    from sqlglot import TokenType
    from sqlglot.dialects.dialect import Dialect

    keywords = {word: TokenType[kind] for word, kind in (SIGNS | {word: word for word in KEYWORDS}).items()}

    class Selector(Dialect):
        # Its fields are lists, as sqlglot's own, and nobody changes them: hence RUF012 five times.
        class Tokenizer(Plain):
            QUOTES = ["'"]  # noqa: RUF012
            IDENTIFIERS = ['"']  # noqa: RUF012
            STRING_ESCAPES = ["'"]  # noqa: RUF012
            IDENTIFIER_ESCAPES = ['"']  # noqa: RUF012
            COMMENTS = []  # noqa: RUF012
            KEYWORDS = keywords

    return Selector()


def tokens_of(text: str) -> list[Token]:
    """At least one token, and not too many; raises FilterError."""
    from sqlglot.errors import TokenError

    if len(text) > LONGEST:
        raise FilterError(f"the expression is too long: at most {LONGEST} characters", LONGEST, len(text))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FilterError("this is no text that can be written in UTF-8", error.start, error.end) from None
    if "\0" in text:
        at = text.index("\0")
        raise FilterError("a NUL cannot be written here", at, at + 1)
    try:
        tokens = dialect().tokenize(text)
    except TokenError:
        at = _unclosed(text)
        raise FilterError(f"this {text[at]} is never closed", at, len(text)) from None
    if not tokens:
        raise FilterError("nothing to filter by; write a condition, such as command = 'SEND'", 0, len(text))
    if len(tokens) > MOST:
        raise FilterError(f"the expression is too long: at most {MOST} words", tokens[MOST].start, len(text))
    return tokens


def _unclosed(text: str) -> int:
    opened, quote = 0, ""
    for at, sign in enumerate(text):
        if sign in "'\"" and quote in ("", sign):
            opened, quote = (opened, "") if quote else (at, sign)
    return opened
