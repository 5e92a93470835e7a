"""Names of an expression: pseudo columns, headers, paths into a JSON body."""

from __future__ import annotations

from difflib import get_close_matches

from stomptui.capture.filter import bodies, heads
from stomptui.capture.filter.errors import FilterError
from stomptui.capture.filter.reader import Operand
from stomptui.capture.filter.sql import Cost, Sql, put, value
from stomptui.capture.filter.terms import Context, Term
from stomptui.stomp.events import Settlement

DIRECTIONS = ("to_client", "to_broker")
STATES = tuple(state.name.lower() for state in Settlement)
TEXTS = {
    "command": Sql("CAST(frame.command AS BLOB)"),
    "destination": Sql("CAST(frame.destination AS BLOB)"),
    "subscription": Sql("CAST(frame.subscription AS BLOB)"),
    "direction": Sql("(CASE frame.direction WHEN 1 THEN ? ELSE ? END)", (b"to_broker", b"to_client")),
    "settled": Sql(
        f"(CASE frame.settlement {' '.join(f'WHEN {at} THEN ?' for at in range(len(STATES)))} END)",
        tuple(state.encode() for state in STATES),
    ),
    "body": Sql("(CASE WHEN frame.kind = 0 THEN octets.body END)", (), Cost.BODY),
}
SIZE = Sql("(CASE WHEN frame.kind = 0 THEN frame.size END)")
WALL = Sql("frame.wall")
REDELIVERED = "(frame.deliveries > 1 OR coalesce({} = x'74727565', 0))"
PSEUDO = (*TEXTS, "size", "time", "age", "redelivered")


def term(operand: Operand, context: Context) -> Term:
    """The term that a name stands for; raises FilterError."""
    head, *path = operand.steps
    start, stop = operand.start, operand.stop
    if not path:
        return _single(str(head), operand, context)
    if head == "body":
        return bodies.json(operand, path)
    if head == "header":
        if len(path) > 1 or not isinstance(path[0], str):
            raise FilterError('behind header. stands one name, as in header."x.y"', start, stop)
        return _header(path[0], operand, context, explicit=True)
    written = context.source[start:stop]
    dotted = f'; a header with a dot in its name is written "{written}"' if '"' not in written else ""
    raise FilterError(f"only body and header have names behind a dot, {head} has none{dotted}", start, stop)


def _single(name: str, operand: Operand, context: Context) -> Term:
    start, stop = operand.start, operand.stop
    if name in TEXTS:
        text = TEXTS[name]
        return Term(start, stop, "text", text=text, present=text, name=name)
    if name == "size":
        return Term(start, stop, "a number", number=SIZE, present=SIZE, name=name)
    if name == "time":
        return Term(start, stop, "a time", number=WALL, present=WALL, name=name)
    if name == "age":
        age = put("({} - frame.wall)", value(context.now))
        return Term(start, stop, "a number of seconds", number=age, present=age, name=name)
    if name == "redelivered":
        truth = put(REDELIVERED, heads.header("redelivered"))
        return Term(start, stop, "TRUE or FALSE", truth=truth, present=truth, name=name)
    return _header(name, operand, context, explicit=False)


def _header(name: str, operand: Operand, context: Context, explicit: bool) -> Term:
    if not name:
        raise FilterError("a header has a name", operand.start, operand.stop)
    if context.known is not None and name not in context.known:
        _unknown(name, operand, context, explicit)
    elif context.known is None and not explicit and name.lower() in PSEUDO:
        context.hint(f"{name} is a header; did you mean {name.lower()}?", operand.start, operand.stop)
    text = heads.header(name)
    number, truth = heads.number(text), heads.truth(text)
    return Term(operand.start, operand.stop, "a header", text, number, truth, present=text)


def _unknown(name: str, operand: Operand, context: Context, explicit: bool) -> None:
    """No frame seen has that header: a wrong name mostly, and in double quotes perhaps meant as text."""
    assert context.known is not None
    words = f"no frame seen so far has a header '{name}'"
    near = name.lower() if name.lower() in PSEUDO and not explicit else ""
    if not near:
        others = {other.lower(): other for other in sorted(context.known)}
        near = next(iter(get_close_matches(name.lower(), others, 1, 0.7)), "")
        near = others.get(near, near)
    if near:
        words += f"; did you mean {near if near.isidentifier() else quoted(near)}?"
    if explicit or not operand.quoted:
        context.hint(words, operand.start, operand.stop)
        return
    text = "'" + name.replace("'", "''") + "'"
    words += f"; text is written in single quotes: {text}; a header still to come as header.{quoted(name)}"
    raise FilterError(words, operand.start, operand.stop)


def quoted(name: str) -> str:
    """A name as it is written in an expression, whatever its signs."""
    return '"' + name.replace('"', '""') + '"'
