"""The tokens of an expression, each checked where it stands.

sqlglot cuts the text into tokens and later parses them. In between, every token must be of the language and
stand where it may, so that a mistake is told where it is; and each operand becomes one plain name, `n7` for
operand 7. So the parser sees neither a name nor a value of the user, and has nothing of its own to make of
`date`, `interval '5' day` or `x.y.z`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from stomptui.capture.filter.errors import FilterError
from stomptui.capture.filter.lexer import KEYWORDS, SIGNS, tokens_of

if TYPE_CHECKING:
    from sqlglot import Token

NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")
INDEX = re.compile(r"[0-9]{1,6}")
LITERALS = {"STRING": "text", "NUMBER": "number", "TRUE": "boolean", "FALSE": "boolean"}
NAMES = {"VAR", "IDENTIFIER"}
JOINTS = {*SIGNS.values(), "EQ", "LT", "GT", "AND", "OR", "PLUS", "DASH", "STAR", "SLASH", "BETWEEN"}
KNOWN = {
    *KEYWORDS,
    *LITERALS,
    *NAMES,
    *JOINTS,
    "L_PAREN",
    "R_PAREN",
    "COMMA",
    "DOT",
    "L_BRACKET",
    "R_BRACKET",
}
COMPARISONS = {*SIGNS.values(), "EQ", "LT", "GT", "BETWEEN", "IN", "LIKE", "IS", "NOT"}
NUMERIC = {"size", "time", "age"}
TWICE = "a second comparison; join the two by AND, or put one in parentheses"
ALLOWED = (
    "there are AND OR NOT = <> < <= > >= BETWEEN IN LIKE ESCAPE IS NULL + - * / ( ) 'text' 12 TRUE FALSE"
)


class Operand(NamedTuple):
    """A literal or a name, from `start` to `stop` in the text.

    `kind` is `text`, `number`, `boolean` or `name`. `steps` has the one value of a literal as it was
    written, of a name the parts of its path, a place in brackets as an int; `quoted` says whether the first
    part is in double quotes. A pattern of LIKE has its `escape`.
    """

    kind: str
    start: int
    stop: int
    steps: tuple[str | int, ...]
    quoted: bool = False
    escape: str = ""


@dataclass
class Level:
    """What an open parenthesis holds: whether a comparison, and a BETWEEN that awaits its AND."""

    start: int
    compared: bool = False
    between: bool = False


def read(text: str) -> tuple[list[Token], list[Operand]]:
    """Tokens for the parser, and the operands that its names stand for; raises FilterError."""
    reader = Reader(text, tokens_of(text))
    reader.read()
    return reader.out, reader.operands


class Reader:
    """Goes through the tokens once: an operand, what joins it to the next, an operand."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.out: list[Token] = []
        self.operands: list[Operand] = []
        self._levels = [Level(0)]
        self._text = text
        self._tokens = tokens
        self._at = 0

    def read(self) -> None:
        wanted = True
        while wanted or self._at < len(self._tokens):
            kind = self._kind()
            if wanted and kind == "L_PAREN":
                self._levels.append(Level(self._take().start))
            elif wanted and kind in ("NOT", "DASH", "PLUS"):
                if kind == "NOT" and self._levels[-1].compared:
                    self._fail(TWICE)
                self._sign()
            elif wanted:
                self._operand()
                wanted = False
            elif kind == "R_PAREN" and len(self._levels) > 1:
                self._bounded()
                self._levels.pop()
                self._take()
            else:
                self._ordered(kind)
                wanted = self._joint()
        if len(self._levels) > 1:
            start = self._levels[-1].start
            raise FilterError("this ( is never closed", start, start + 1)
        self._bounded()

    def _ordered(self, kind: str) -> None:
        """Within the same parentheses AND or OR stands between two comparisons, and AND behind BETWEEN.

        Dialects of SQL disagree on what `a = b IS NULL` compares.
        """
        level = self._levels[-1]
        if kind == "AND" and level.between:
            level.between = False
        elif kind in ("AND", "OR"):
            self._bounded()
            level.compared = False
        elif kind in COMPARISONS:
            if level.compared:
                self._fail(TWICE)
            level.compared = True
            level.between = kind == "BETWEEN" or self._kind(1) == "BETWEEN"

    def _bounded(self) -> None:
        if self._levels[-1].between:
            self._fail("here AND is missing: BETWEEN has two bounds, as in BETWEEN 1 AND 9")

    def _kind(self, ahead: int = 0) -> str:
        """The type of the token that comes next, or behind that; empty at the end."""
        at = self._at + ahead
        if at >= len(self._tokens):
            return ""
        token = self._tokens[at]
        return "UNKNOWN" if self._text[token.start : token.end + 1] == "!" else str(token.token_type.name)

    def _touches(self, ahead: int = 0) -> bool:
        """Whether nothing is between a token and the next."""
        at = self._at + ahead
        return at + 1 < len(self._tokens) and self._tokens[at].end + 1 == self._tokens[at + 1].start

    def _take(self) -> Token:
        self.out.append(self._tokens[self._at])
        self._at += 1
        return self.out[-1]

    def _pass(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _fail(self, words: str) -> NoReturn:
        """Tell what is wrong with the token that comes next, or what is missing at the end."""
        if self._at >= len(self._tokens):
            raise FilterError(f"the expression ends too soon: {words}", len(self._text), len(self._text))
        token = self._tokens[self._at]
        source = self._text[token.start : token.end + 1]
        if self._text[token.start : token.start + 2] in ("--", "/*"):
            words = "comments have no place here"
        elif self._kind() == "SEMICOLON":
            words = "; has no place here: a filter is one condition"
        elif self._kind() not in KNOWN:
            words = (
                f"{source} means nothing here; {ALLOWED} and names, in double quotes if they have other signs"
            )
        raise FilterError(words, token.start, token.end + 1)

    def _sign(self) -> None:
        if self._kind() == "DASH" and self._kind(1) == "DASH" and self._touches():
            self._fail("")
        self._take()

    def _operand(self) -> None:
        kind = self._kind()
        if kind in NAMES:
            self._name()
        elif kind in LITERALS:
            self._literal()
        elif kind == "NULL":
            self._fail("NULL equals nothing; write IS NULL or IS NOT NULL")
        else:
            self._fail("here a name or a value is missing")

    def _literal(self) -> None:
        kind, token = self._kind(), self._tokens[self._at]
        if kind == "NUMBER" and not NUMBER.fullmatch(token.text):
            self._fail(f"{token.text} is no number; put blanks around + and -")
        if kind == "NUMBER" and self._kind(1) in NAMES and self._touches():
            self._fail(
                "no number ends like this; a name that begins with a digit is written in double quotes"
            )
        self._pass()
        self._leaf(LITERALS[kind], token, token, (kind if kind in ("TRUE", "FALSE") else token.text,))

    def _leaf(
        self, kind: str, first: Token, last: Token, steps: tuple[str | int, ...], quoted: bool = False
    ) -> None:
        from sqlglot import Token, TokenType

        name = f"n{len(self.operands)}"
        self.operands.append(Operand(kind, first.start, last.end + 1, steps, quoted))
        self.out.append(Token(TokenType.VAR, name, first.line, first.col, first.start, last.end))

    def _name(self) -> None:
        """A name with its path, as in `body.lines[0]."odd name"`."""
        quoted = self._kind() == "IDENTIFIER"
        first = last = self._pass()
        steps: list[str | int] = [first.text]
        while (kind := self._kind()) in ("DOT", "L_BRACKET"):
            self._pass()
            if kind == "DOT":
                if self._kind() not in NAMES and self._kind() not in KEYWORDS:
                    self._fail(
                        "behind the dot stands a name, in double quotes if it is not letters and digits"
                    )
                last = self._pass()
                steps.append(last.text)
                continue
            if self._kind() != "NUMBER" or not INDEX.fullmatch(self._tokens[self._at].text):
                self._fail("in brackets stands a place in a list: 0, 1, 2")
            steps.append(int(self._pass().text))
            if self._kind() != "R_BRACKET":
                self._fail("here ] is missing")
            last = self._pass()
        self._hyphens(last)
        if self._kind() == "L_PAREN":
            words = f"functions and queries have no place here; {ALLOWED} and names"
            raise FilterError(words, first.start, last.end + 1)
        self._leaf("name", first, last, tuple(steps), quoted)

    def _hyphens(self, last: Token) -> None:
        """Refuse `content-type`: a name to whoever writes it, a subtraction to SQL."""
        names = [last.text]
        stop = last.end + 1
        ahead = 0
        while self._kind(ahead) == "DASH" and self._kind(ahead + 1) == "VAR" and self._touches(ahead):
            dash, other = self._tokens[self._at + ahead : self._at + ahead + 2]
            if dash.start != stop:
                break
            names.append(other.text)
            stop = other.end + 1
            ahead += 2
        if len(names) > 1 and not NUMERIC.issuperset(names):
            name = f'"{"-".join(names)}"'
            words = (
                f"a name with a hyphen is written in double quotes: {name}; to subtract, put blanks around -"
            )
            raise FilterError(words, last.start, stop)

    def _joint(self) -> bool:
        """What stands behind an operand; returns whether another must follow."""
        kind = self._kind()
        if kind == "NOT" and self._kind(1) in ("IN", "LIKE", "BETWEEN"):
            self._take()
            kind = self._kind()
        if kind in JOINTS:
            if kind == "SLASH" and self._kind(1) == "STAR" and self._touches():
                self._fail("")
            self._sign()
            return True
        if kind == "IS":
            self._is()
        elif kind == "IN":
            self._list()
        elif kind == "LIKE":
            self._pattern()
        elif kind == "R_PAREN":
            self._fail("no ( belongs to this )")
        else:
            self._fail("here =, <, LIKE, IN, BETWEEN, IS NULL, AND, OR is missing, or + - * /")
        return False

    def _is(self) -> None:
        self._take()
        if self._kind() == "NOT":
            self._take()
        if self._kind() != "NULL":
            self._fail("behind IS stands NULL or NOT NULL; TRUE and FALSE are written behind =")
        self._take()

    def _pattern(self) -> None:
        self._take()
        if self._kind() != "STRING":
            self._fail("behind LIKE stands a pattern in single quotes, as in '/queue/%'")
        self._literal()
        if self._kind() == "ESCAPE":
            self._pass()
            if self._kind() != "STRING" or len(self._tokens[self._at].text) != 1:
                self._fail("behind ESCAPE stands one sign in single quotes, as in '!'")
            self.operands[-1] = self.operands[-1]._replace(escape=self._pass().text)

    def _list(self) -> None:
        self._take()
        words = "behind IN stands a list in parentheses, as in ('a', 'b')"
        if self._kind() != "L_PAREN":
            self._fail(words)
        while True:
            self._take()
            if self._kind() in ("DASH", "PLUS") and self._kind(1) == "NUMBER":
                self._take()
            if self._kind() not in LITERALS:
                self._fail("the list of IN has texts in single quotes and numbers")
            self._literal()
            if self._kind() == "R_PAREN":
                self._take()
                return
            if self._kind() != "COMMA":
                self._fail("here , or ) is missing")
