"""Rows without what the rules remove: octets, columns and words alike.

What is removed becomes `***`, a body its size and SHA-256. Whatever cannot be read well enough to find the
value in it (a body that looks like JSON and is none, octets that form no frame) is removed as a whole. Words
*about* frames (outcomes, reasons, notes, the endpoint) lose the removed values as well, for which all rows
are looked at before the first one leaves. Not found: what a body compresses, encrypts or has in base64.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable

from stomptui.capture.record import Kind
from stomptui.capture.stored import Row, facts, split
from stomptui.capture.transfer import heads, paths
from stomptui.capture.transfer.rules import BLOT, BODY, JSON, LOOSE, PATTERN, UNREAD, Rules, said

MOST_VALUES = 100_000
"""Removed values looked for in words about frames; beyond that such words are removed as a whole."""
MOST_TEXTS = 4096
"""Words about frames whose redacted form is remembered: most are alike."""
PREFIX = 12
"""Characters by which a removed value is recognised in words that may cut it short."""
SOLID = 4
"""The same where a character follows that words would show differently."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SOLID = re.compile(f"[!-~]{{{SOLID},}}")
_PLAIN = re.compile(f"[{re.escape(BLOT)}:]*")


class Redaction:
    """Applies rules to rows; `removed` counts what, by its kind and name.

    All rows pass twice: first for what is removed, and after `begin` to leave.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.removed: Counter[tuple[str, str]] = Counter()
        self._keys: dict[str, bool] = {}  # what removed values begin with, and whether they go on
        self._lengths: list[int] = []
        self._texts: dict[str, str] = {}
        self._names = [name.encode("utf-8", "surrogateescape") for name in rules.headers]
        self._marks = [_mark(path) for _, path in rules.paths]
        self._wide = tuple(codec for codec in ("utf-16-le", "utf-16-be") if rules.patterns)

    def summary(self) -> tuple[str, ...]:
        """What was removed, in words."""
        return said(self.removed, self.rules.over)

    def begin(self) -> None:
        """Count anew: the values to look for are known, and now the rows leave."""
        self.removed.clear()
        self._texts.clear()
        self._lengths = sorted({len(key) for key in self._keys}, reverse=True)

    def row(self, row: Row) -> Row:
        """The row as it may leave."""
        head, body = row.head, None if row.body is None else bytes(row.body)
        command: str | None = None
        destination: str | None = None
        subscription: str | None = None
        size = 0
        if head is not None:
            if row.kind == Kind.FRAME and split(row.raw) == (head, body or b""):
                new = self.body(body or b"")
                head, body = heads.edited(self, head, body or b"", new, row.protocol), new
                command, destination, subscription = facts(head, row.protocol)
                size = len(body)
            else:
                head, body = self._loose(head + (body or b"")), b""
                if row.kind == Kind.FRAME:  # its octets are no frame; now they need not look like one
                    row = row._replace(kind=Kind.MALFORMED)
        return row._replace(
            command=command,
            destination=destination,
            subscription=subscription,
            size=size,
            outcome=self.text(row.outcome),
            words=self.text(row.words),
            head=head,
            body=body,
        )

    def named(self, octets: bytes) -> bool:
        """Whether some octets may have a header to remove, or anything that a pattern matches."""
        if self.rules.patterns or (self._names and b"\\" in octets):
            return True
        low = octets.lower()
        return any(name in low for name in self._names)

    def matched(self, text: str) -> str:
        """The text without what a pattern matches."""
        for place, pattern in enumerate(self.rules.patterns, start=1):
            text = pattern.sub(self._counted(str(place)), text)
        return text

    def _counted(self, place: str) -> Callable[[re.Match[str]], str]:
        def blot(match: re.Match[str]) -> str:
            if _PLAIN.fullmatch(match[0]):
                return match[0]
            self.removed[PATTERN, place] += 1
            return BLOT

        return blot

    def body(self, body: bytes) -> bytes:
        """The octets of a body as they may leave."""
        if not body:
            return body
        over = self.rules.over
        if over is not None and len(body) > over:
            return self._hashed(body, BODY, "")
        if self.rules.paths:
            body = self._json(body)
        return self._octets(body) if self.rules.patterns else body

    def _hashed(self, octets: bytes, kind: str, name: str) -> bytes:
        self.removed[kind, name] += 1
        return b"[removed: %d octets, SHA-256 %s]" % (
            len(octets),
            hashlib.sha256(octets).hexdigest().encode(),
        )

    def _json(self, body: bytes) -> bytes:
        start = body.lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n")[:1]
        if start not in (b"{", b"[") or not self._may_have(body):
            return body
        gone: dict[str, list[object]] = {}
        try:
            value = paths.read(body)
            for written, path in self.rules.paths:
                paths.blot(value, path, BLOT, gone.setdefault(written, []))
            new = paths.write(value) if any(gone.values()) else body
        except (paths.NotJson, RecursionError):
            return self._hashed(body, UNREAD, "JSON")
        for written, values in gone.items():
            if values:
                self.removed[JSON, written] += len(values)
                self.remember(paths.leaves(values))
        return new

    def _may_have(self, body: bytes) -> bool:
        """Whether a body may have one of the paths; a name in it may be spelled by escapes, or in UTF-16."""
        return b"\\" in body or b"\0" in body or any(mark in body for mark in self._marks)

    def _octets(self, octets: bytes) -> bytes:
        """Octets without what a pattern matches, in the strings of JSON also when escapes spell it."""
        for codec in self._wide if b"\0" in octets else ():
            wide = octets[: len(octets) & ~1].decode(codec, "replace")
            if any(pattern.search(wide) for pattern in self.rules.patterns):
                return self._hashed(octets, UNREAD, "UTF-8")
        text = octets.decode("utf-8", "surrogateescape")
        if "\\" in text:
            text = _STRING.sub(self._string, text)
        return self.matched(text).encode("utf-8", "surrogateescape")

    def _string(self, match: re.Match[str]) -> str:
        if "\\" not in match[0]:
            return match[0]
        try:
            meant = paths.string(match[0])
        except ValueError:
            return match[0]
        new = self.matched(meant)
        return match[0] if new == meant else paths.spelled(new)

    def _loose(self, octets: bytes) -> bytes:
        """Octets that form no frame: whole lines go, and all where JSON or bodies were to be looked at."""
        over = self.rules.over
        if self.rules.paths or (over is not None and len(octets) > over):
            return self._hashed(octets, LOOSE, "")
        for name in self.rules.headers:
            octets = heads.loose(self, octets, name)
        return self._octets(octets) if self.rules.patterns else octets

    def remember(self, values: Iterable[str]) -> None:
        """Look for these removed values in words about frames, too."""
        for value in values:
            if len(self._keys) > MOST_VALUES:
                return
            if not value.strip("* \t"):
                continue
            key = value[:PREFIX]
            self._keys[key] = self._keys.get(key, False) or len(value) > PREFIX
            start = _SOLID.match(key)
            if start is not None and start[0] != key:
                self._keys[start[0]] = True

    def text(self, text: str) -> str:
        """Words about frames, as they may leave."""
        if not text:
            return text
        known = self._texts.get(text)
        if known is None or self.rules.patterns:
            known = self._text(text)
            if len(self._texts) < MOST_TEXTS:
                self._texts[text] = known
        return known

    def _text(self, text: str) -> str:
        if len(self._keys) > MOST_VALUES:
            return BLOT
        text = self.matched(text)
        out: list[str] = []
        at = 0
        while at < len(text):
            length = next((n for n in self._lengths if text[at : at + n] in self._keys), 0)
            out.append(BLOT if length else text[at])
            if length and self._keys[text[at : at + length]]:
                break
            at += length or 1
        return "".join(out)


def _mark(path: paths.Path) -> bytes:
    """Octets that a JSON text with this path has, unless escapes spell them."""
    names = [step for step in path if isinstance(step, str)]
    return names[-1].encode("utf-8", "surrogatepass") if names else b""
