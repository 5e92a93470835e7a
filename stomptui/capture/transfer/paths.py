"""Values of JSON by their path: `user.card`, `items[0].name`, `items[*].name`, `..token` at any depth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn

import msgspec


class Step(Enum):
    """A step of a path that is neither a name nor an index."""

    EVERY = "*"
    DEEP = ".."


Path = tuple[str | int | Step, ...]

_STEP = re.compile(
    r"""\[(?P<index>\d{1,9})\]|\[\*\](?P<every>)|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]"""
    r"""|(?P<dots>\.{0,2})(?:(?P<star>\*)|(?P<name>[^.\[\]*"]+))"""
)


class NotJson(Exception):
    """Octets that cannot be read as one JSON value without loss."""


def parse(text: str) -> Path:
    """Read a path; a `$` in front may be left out. Raises ValueError with words for what is none."""
    path: list[str | int | Step] = []
    rest = text.removeprefix("$")
    at = 0
    while at < len(rest):
        step = _STEP.match(rest, at)
        if step is None or (at and step["dots"] == ""):
            raise ValueError(f"{text!r} is no JSON path; write user.card, items[*].card or ..card")
        if step["dots"] == "..":
            path.append(Step.DEEP)
        if step["index"] is not None:
            path.append(int(step["index"]))
        elif step["quoted"] is not None:
            path.append(str(json.loads(step["quoted"], strict=False)))
        else:
            path.append(step["name"] or Step.EVERY)
        at = step.end()
    if not path:
        raise ValueError(f"{text!r} is the whole body; bodies can be hidden as a whole")
    return tuple(path)


def read(octets: bytes) -> Any:
    """The value of JSON in UTF-8, numbers to the digit; raises NotJson, also for a name given twice."""
    try:
        return _decode(octets.decode())
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise NotJson(str(error)) from None


def write(value: Any) -> bytes:
    """The JSON of a value; raises NotJson for what UTF-8 has no octets for."""
    try:
        return _encode(value)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None


_encode = msgspec.json.Encoder(decimal_format="number").encode


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name twice")
    return made


_decode = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_unique).decode


_decode = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_unique).decode


def blot(value: Any, path: Sequence[str | int | Step], blot: str, gone: list[Any]) -> None:
    """Put `blot` for what is at `path` in `value`, and what was there into `gone`; raises RecursionError."""
    step, rest = path[0], path[1:]
    if step is Step.DEEP:
        _blot(value, rest, blot, gone)
        for key in _keys(value, Step.EVERY):
            _blot(value[key], path, blot, gone)
    else:
        _blot(value, path, blot, gone)


def _blot(value: Any, path: Sequence[str | int | Step], words: str, gone: list[Any]) -> None:
    step, rest = path[0], path[1:]
    if step is Step.DEEP:
        blot(value, path, words, gone)
        return
    for key in _keys(value, step):
        if rest:
            _blot(value[key], rest, words, gone)
        elif value[key] != words:
            gone.append(value[key])
            value[key] = words


def _keys(value: Any, step: str | int | Step) -> list[Any]:
    if isinstance(value, dict):
        if step is Step.EVERY:
            return list(value)
        return [step] if isinstance(step, str) and step in value else []
    if isinstance(value, list):
        if step is Step.EVERY:
            return list(range(len(value)))
        return [step] if isinstance(step, int) and step < len(value) else []
    return []


def leaves(values: list[Any]) -> Iterator[str]:
    """The texts and numbers in some values, as text."""
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            yield str(value)


def string(literal: str) -> str:
    """What a string of JSON means, quotes included; raises ValueError for what is none."""
    return str(json.loads(literal, strict=False))


def spelled(text: str) -> str:
    """A text as a string of JSON, quotes included; lone surrogates as escapes."""
    return json.dumps(text)
