"""Destinations as a tree: `/queue/orders.eu.in` is `/queue`, in it `/orders`, in it `.eu`, and so on."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stomptui.capture.tally import Tally

SEPARATORS = ("/", ".")
NUMBER = re.compile(r"([0-9]{1,18})")
Order = tuple[tuple[str, int], ...]
DEEPEST = 8
"""Parts of a destination; the last one takes all that is left."""


class Node(NamedTuple):
    """One part of destinations, and what came and went there and below.

    `name` is the part with its separator, `path` all from the beginning; what is only on the way to one
    other part is in one node with it, but for the first part, as `/queue`. `tallies` are those of every
    destination at and below this node, its own first if `named`: if there is a destination that ends here.
    `rate` is in messages a second.
    """

    name: str
    path: str
    named: bool
    received: int
    sent: int
    octets: int
    largest: int
    rate: float
    tallies: tuple[Tally, ...]
    children: tuple[Node, ...] = ()

    def seconds(self, now: float, count: int) -> list[int]:
        """How many messages came in each of the `count` whole seconds before `now`, the oldest first."""
        quiet = now - count - 1
        lately = [tally.seconds(now, count) for tally in self.tallies if tally.second >= quiet]
        return [sum(one) for one in zip(*lately, strict=True)] if lately else [0] * count


def tree(
    destinations: Mapping[str, Tally],
    now: float,
    separators: tuple[str, ...] = SEPARATORS,
    *,
    by_rate: bool = False,
) -> tuple[Node, ...]:
    """Sort destinations into a tree, siblings by their names or, `by_rate`, the busiest first."""
    root = _Branch()
    for name, tally in destinations.items():
        branch = root
        for part in parts(name, separators):
            below = branch.below
            try:
                branch = below[part]
            except KeyError:
                branch = below[part] = _Branch()
        branch.tally = tally
    return _nodes(root.below, "", now, by_rate)


class _Branch:
    __slots__ = ("below", "tally")

    def __init__(self) -> None:
        self.tally: Tally | None = None
        self.below: dict[str, _Branch] = {}


def _nodes(branches: dict[str, _Branch], path: str, now: float, by_rate: bool) -> tuple[Node, ...]:
    nodes = [_node(name, branch, path, now, by_rate) for name, branch in branches.items()]
    nodes.sort(key=_busiest if by_rate else _by_name)
    return tuple(nodes)


def _by_name(node: Node) -> Order:
    return order(node.name)


def _busiest(node: Node) -> tuple[float, Order]:
    return -node.rate, order(node.name)


def _node(name: str, branch: _Branch, path: str, now: float, by_rate: bool) -> Node:
    while path and branch.tally is None and len(branch.below) == 1:
        [(part, branch)] = branch.below.items()
        name += part
    path += name
    own = branch.tally
    if not branch.below:
        assert own is not None
        mine = (own,)
        rate = own.rate(now)
        return Node(name, path, True, own.received, own.sent, own.octets, own.largest, rate, mine)
    children = _nodes(branch.below, path, now, by_rate)
    counted: Iterable[Node | Tally] = children if own is None else (own, *children)
    tallies = [] if own is None else [own]
    for child in children:
        tallies += child.tallies
    return Node(
        name,
        path,
        own is not None,
        sum(one.received for one in counted),
        sum(one.sent for one in counted),
        sum(one.octets for one in counted),
        max(one.largest for one in counted),
        sum(child.rate for child in children) + (0.0 if own is None else own.rate(now)),
        tuple(tallies),
        children,
    )


@lru_cache(8192)
def order(name: str) -> Order:
    """What sorts names as people count: `.9` before `.10`."""
    pieces = NUMBER.split(name)
    return tuple(zip(pieces[::2], (*map(int, pieces[1::2]), -1), strict=True))


@lru_cache(8192)
def parts(destination: str, separators: tuple[str, ...]) -> tuple[str, ...]:
    """Split a destination before each separator, which stays; a destination without any is one part."""
    found = _before(separators).split(destination, DEEPEST)
    return tuple(found) if found[0] or len(found) == 1 else tuple(found[1:])


@lru_cache(8)
def _before(separators: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?={'|'.join(map(re.escape, separators))})")
