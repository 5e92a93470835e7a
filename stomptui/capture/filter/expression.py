"""From the text of an expression to SQL: sqlglot parses, and of its tree only what is known here is taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stomptui.capture import schema
from stomptui.capture.filter import conditions, functions, literals, names
from stomptui.capture.filter.errors import FilterError, Hint
from stomptui.capture.filter.lexer import dialect
from stomptui.capture.filter.reader import Operand, read
from stomptui.capture.filter.sql import Cost, Sql, Value, chain, put, value
from stomptui.capture.filter.terms import Context, Term

if TYPE_CHECKING:
    from sqlglot import Token
    from sqlglot.expressions import Expr as Expression

TOO_DEEP = "the expression is nested too deeply; write it with fewer parentheses or parts"
QUERY = "SELECT frame.id FROM frame LEFT JOIN octets ON octets.id = frame.id WHERE "
COMPARISONS = {"eq": "=", "neq": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


@dataclass(frozen=True)
class Filter:
    """A filter expression as SQL.

    `where` is a condition over the tables `frame` and, if `needs_octets`, `octets` (with a LEFT JOIN), with
    a `?` for each of `values`; it calls the functions that `register` or `prepare` give a connection.
    `hints` tell what can be used but is hardly meant.
    """

    text: str
    where: str
    values: tuple[Value, ...]
    needs_octets: bool
    hints: tuple[Hint, ...] = ()


def parse(text: str, *, now: float, known_headers: Iterable[str] | None = None) -> Filter:
    """Turn an expression into SQL; raises FilterError with the place of the mistake.

    `now`, in seconds since 1970, is what `age` counts from, and says which day is today. With
    `known_headers` (see `header_names`) a name that no frame has gives a hint, and in double quotes, where
    it may have been meant as text, an error; `header."name"` gives a hint only.
    """
    known = None if known_headers is None else frozenset(known_headers)
    context = Context(text, now, known)
    try:
        tokens, operands = read(text)
        truth = conditions.truth_of(_Writer(operands, context).write(_tree(text, tokens)), context)
    except RecursionError:
        raise FilterError(TOO_DEEP, 0, len(text)) from None
    _proved(truth, text)
    return Filter(text, truth.text, truth.values, truth.cost > Cost.COLUMN, tuple(context.hints))


def _tree(text: str, tokens: list[Token]) -> Expression:
    from sqlglot.errors import ParseError

    try:
        (tree,) = dialect().parser().parse(tokens, text)
    except ParseError:  # the reader let pass what the parser does not
        raise FilterError("this cannot be read", 0, len(text)) from None
    assert tree is not None
    return tree


def _proved(truth: Sql, text: str) -> None:
    """SQLite has limits of its own; a table of the same shape tells of them before a capture is opened."""
    with closing(sqlite3.connect(":memory:")) as db:
        functions.register(db)
        for statement in schema.TABLES.split(";\n"):
            if statement.startswith(("CREATE TABLE frame", "CREATE TABLE octets")):
                db.execute(statement)
        try:
            db.execute(QUERY + truth.text, truth.values)
        except sqlite3.OperationalError as error:
            words = "the SQLite of this Python has no JSON" if "no such function" in str(error) else TOO_DEEP
            raise FilterError(words, 0, len(text)) from None


class _Writer:
    """Writes the SQL of a tree; each kind of node that is not in `_rules` is refused."""

    def __init__(self, operands: list[Operand], context: Context) -> None:
        self._operands = operands
        self._context = context
        self._rules: dict[str, Callable[[Expression], Term]] = {
            "column": self._operand,
            "paren": lambda node: self.write(node.this),
            "neg": self._negative,
            "not": self._not,
            "and": self._joined,
            "or": self._joined,
            "between": self._between,
            "in": self._in,
            "like": self._like,
            "is": self._is,
            **dict.fromkeys(COMPARISONS, self._compared),
            **dict.fromkeys(conditions.ARITHMETIC, self._counted),
        }

    def write(self, node: Expression) -> Term:
        rule = self._rules.get(node.key)
        if rule is None:
            raise FilterError("this cannot be read", 0, len(self._context.source))
        return rule(node)

    def _operand(self, node: Expression) -> Term:
        operand = self._operands[int(node.name.removeprefix("n"))]
        start, stop = operand.start, operand.stop
        if operand.kind == "name":
            return names.term(operand, self._context)
        written = str(operand.steps[0])
        if operand.kind == "text":
            text = value(written)
            return Term(start, stop, "text", text=text, present=text, literal=written, escape=operand.escape)
        if operand.kind == "number":
            return _number(start, stop, literals.number(written))
        truth = Sql("1" if written == "TRUE" else "0")
        return Term(start, stop, written, truth=truth, present=truth, literal=written == "TRUE")

    def _compared(self, node: Expression) -> Term:
        left, right = self.write(node.this), self.write(node.expression)
        truth = conditions.compare(COMPARISONS[node.key], left, right, self._context)
        return conditions.condition(left.start, right.stop, truth)

    def _joined(self, node: Expression) -> Term:
        """All that one AND or OR after the other joins, as one chain: SQLite nests a hundred levels."""
        nodes: list[Expression] = []
        first: Expression = node
        while first.key == node.key:
            nodes.append(first.expression)
            first = first.this
        terms = [self.write(each) for each in (first, *reversed(nodes))]
        truths = [conditions.truth_of(term, self._context) for term in terms]
        return conditions.condition(terms[0].start, terms[-1].stop, chain(node.key.upper(), truths))

    def _not(self, node: Expression) -> Term:
        term = self.write(node.this)
        truth = put("(NOT {})", conditions.truth_of(term, self._context))
        return conditions.condition(term.start, term.stop, truth)

    def _between(self, node: Expression) -> Term:
        term, low, high = (self.write(each) for each in (node.this, node.args["low"], node.args["high"]))
        return conditions.condition(term.start, high.stop, conditions.between(term, low, high, self._context))

    def _in(self, node: Expression) -> Term:
        term, items = self.write(node.this), [self.write(each) for each in node.expressions]
        truth = conditions.among(term, items, self._context)
        return conditions.condition(term.start, items[-1].stop, truth)

    def _like(self, node: Expression) -> Term:
        term, pattern = self.write(node.this), self.write(node.expression)
        truth = conditions.like(term, pattern, self._context)
        if node.args.get("negate"):
            truth = put("(NOT {})", truth)
        return conditions.condition(term.start, pattern.stop, truth)

    def _is(self, node: Expression) -> Term:
        term = self.write(node.this)
        assert term.present is not None
        return conditions.condition(term.start, term.stop, put("({} IS NULL)", term.present))

    def _counted(self, node: Expression) -> Term:
        left, right = self.write(node.this), self.write(node.expression)
        one, two = (conditions.number_of(term, self._context) for term in (left, right))
        number = conditions.ARITHMETIC[node.key](one, two)
        return Term(left.start, right.stop, "a number", number=number, present=number)

    def _negative(self, node: Expression) -> Term:
        term = self.write(node.this)
        number = conditions.number_of(term, self._context)
        if isinstance(term.literal, (int, float)):
            return _number(term.start, term.stop, -term.literal)
        negative = put("(- {})", number)
        return Term(term.start, term.stop, "a number", number=negative, present=negative)


def _number(start: int, stop: int, given: int | float) -> Term:
    number = value(given)
    return Term(start, stop, "a number", number=number, present=number, literal=given)
