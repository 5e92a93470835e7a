"""Comparisons and arithmetic of terms; what cannot be compared is unknown, which SQL calls NULL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stomptui.capture.filter import literals, names
from stomptui.capture.filter.errors import FilterError
from stomptui.capture.filter.patterns import like as matching
from stomptui.capture.filter.sql import NULL, Sql, chain, put, value
from stomptui.capture.filter.terms import Context, Term

VIEWS = ("number", "text", "truth")
EQUAL = frozenset({"=", "<>"})
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
WITHIN = "(frame.wall >= {} AND frame.wall < {})"
OUTSIDE = "(frame.wall < {} OR frame.wall >= {})"


def condition(start: int, stop: int, truth: Sql) -> Term:
    """A term that is true, false or unknown."""
    return Term(start, stop, "a condition", truth=truth, present=truth)


def truth_of(term: Term, context: Context) -> Sql:
    """A term where a condition must stand; raises FilterError."""
    if term.truth is None:
        words = f"{context.written(term)} is {term.what}, not a condition; compare it with something"
        raise FilterError(words, term.start, term.stop)
    return term.truth


def compare(sign: str, left: Term, right: Term, context: Context) -> Sql:
    """One of the six comparisons; raises FilterError."""
    if isinstance(left.literal, str) and not isinstance(right.literal, str):
        return compare(MIRRORED.get(sign, sign), right, left, context)
    if left.name == "time" and isinstance(right.literal, str):
        return _timed(sign, right, context)
    right = _meant(left, right)
    shared = _shared(left, right)
    if not shared:
        return _never(left, right, context)
    if sign not in EQUAL:
        if shared == ["truth"]:
            words = "TRUE and FALSE are compared by = and <> alone"
            raise FilterError(words, left.start, right.stop)
        shared = [view for view in shared if view != "truth"]
    elif left.what == right.what == "a header":
        shared = ["text"]
    ways = [put(f"({{}} {sign} {{}})", getattr(left, view), getattr(right, view)) for view in shared]
    return _first(ways)


def _shared(left: Term, right: Term) -> list[str]:
    return [view for view in VIEWS if getattr(left, view) is not None and getattr(right, view) is not None]


def _first(ways: list[Sql]) -> Sql:
    """The first of several comparisons that is not unknown."""
    return ways[0] if len(ways) == 1 else put(f"coalesce({', '.join(['{}'] * len(ways))})", *ways)


def _never(left: Term, right: Term, context: Context) -> Sql:
    one, two = context.written(left), context.written(right)
    words = f"{one} is {left.what} and {two} is {right.what}: that is never true"
    context.hint(words, min(left.start, right.start), max(left.stop, right.stop))
    return NULL


def _meant(left: Term, right: Term) -> Term:
    """What a text means beside `age`; beside `settled` and `direction` it must be one of theirs."""
    text = right.literal
    if not isinstance(text, str):
        return right
    if left.name == "age":
        try:
            seconds = literals.duration(text)
        except ValueError:
            words = f"'{text}' is no length of time; {literals.DURATIONS}"
            raise FilterError(words, right.start, right.stop) from None
        return Term(right.start, right.stop, "a number", number=value(seconds), literal=seconds)
    choices = {"settled": names.STATES, "direction": names.DIRECTIONS}.get(left.name)
    if choices is not None and text not in choices:
        words = f"'{text}' is no value of {left.name}; there are {', '.join(choices)}"
        raise FilterError(words, right.start, right.stop)
    return right


def _timed(sign: str, right: Term, context: Context) -> Sql:
    try:
        start, stop = literals.span(str(right.literal), context.now)
    except ValueError:
        words = f"'{right.literal}' is no time; {literals.TIMES}"
        raise FilterError(words, right.start, right.stop) from None
    if sign in EQUAL:
        return put(WITHIN if sign == "=" else OUTSIDE, value(start), value(stop))
    return put(f"({{}} {sign} {{}})", names.WALL, value(start))


def between(term: Term, low: Term, high: Term, context: Context) -> Sql:
    """Both bounds included; the term is evaluated once where both are compared alike."""
    bounds = [_meant(term, bound) for bound in (low, high)]
    views = [_shared(term, bound) for bound in bounds]
    if term.name != "time" and views[0] == views[1] and views[0] in (["number"], ["text"]):
        return put("({} BETWEEN {} AND {})", *(getattr(each, views[0][0]) for each in (term, *bounds)))
    return chain("AND", [compare(">=", term, low, context), compare("<=", term, high, context)])


def among(term: Term, items: Sequence[Term], context: Context) -> Sql:
    """Equal to one of some literals; those of one kind are looked up together."""
    if term.name == "time" or term.literal is not None:
        return chain("OR", [compare("=", term, item, context) for item in items])
    meant = [_meant(term, item) for item in items]
    ways: list[Sql] = []
    for view in VIEWS:
        alike: list[Sql] = [getattr(item, view) for item in meant if getattr(item, view) is not None]
        if alike and getattr(term, view) is not None:
            ways.append(put(f"({{}} IN ({', '.join(['{}'] * len(alike))}))", getattr(term, view), *alike))
        elif alike:
            other = next(item for item in meant if getattr(item, view) is not None)
            ways.append(_never(term, other, context))
    return chain("OR", ways)


def like(term: Term, pattern: Term, context: Context) -> Sql:
    """LIKE; raises FilterError where the pattern ends with its escape."""
    if term.text is None:
        return _never(term, pattern, context)
    try:
        return matching(term.text, str(pattern.literal), pattern.escape)
    except ValueError:
        words = f"nothing follows the {pattern.escape} at the end of the pattern"
        raise FilterError(words, pattern.start, pattern.stop) from None


ARITHMETIC: dict[str, Callable[[Sql, Sql], Sql]] = {
    "add": lambda one, two: put("({} + {})", one, two),
    "sub": lambda one, two: put("({} - {})", one, two),
    "mul": lambda one, two: put("({} * {})", one, two),
    "div": lambda one, two: put("({} * 1.0 / {})", one, two),
}


def number_of(term: Term, context: Context) -> Sql:
    """A term where a number must stand; raises FilterError."""
    if term.number is None:
        words = f"{context.written(term)} is {term.what}; + - * / take numbers"
        raise FilterError(words, term.start, term.stop)
    return term.number
