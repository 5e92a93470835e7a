"""Changes to a message before it is sent again: where to, and with which headers."""

from __future__ import annotations

from typing import NamedTuple

Pairs = tuple[tuple[str, str], ...]


class Rule(NamedTuple):
    """Where what was meant for `source` goes; a `*` at the end of `source` stands for any rest.

    With a `*` at the end of `target` too, the rest goes there.
    """

    source: str
    target: str

    def apply(self, destination: str) -> str | None:
        """The destination instead, None where the rule is not about this one."""
        if not self.source.endswith("*"):
            return self.target if destination == self.source else None
        start = self.source[:-1]
        if not destination.startswith(start):
            return None
        if not self.target.endswith("*"):
            return self.target
        return self.target[:-1] + destination[len(start) :]


class Edits(NamedTuple):
    """The first of `rules` that fits holds; `removed` headers go, `added` ones replace those of that name."""

    rules: tuple[Rule, ...] = ()
    added: Pairs = ()
    removed: frozenset[str] = frozenset()

    def destination(self, destination: str) -> str:
        """Where a message for `destination` goes."""
        for rule in self.rules:
            if (target := rule.apply(destination)) is not None:
                return target
        return destination

    def headers(self, headers: Pairs) -> Pairs:
        """The headers that go along: what is added stands where its name stood first, else at the end."""
        if not self.added and not self.removed:
            return headers
        added: dict[str, list[str]] = {}
        for name, value in self.added:
            added.setdefault(name, []).append(value)
        changed: list[tuple[str, str]] = []
        placed: set[str] = set()
        for name, value in headers:
            if name not in added:
                if name not in self.removed:
                    changed.append((name, value))
            elif name not in placed:
                placed.add(name)
                changed += [(name, own) for own in added[name]]
        changed += [(name, own) for name, values in added.items() if name not in placed for own in values]
        return tuple(changed)
