"""The headers of a frame as rows: in order, repeats kept, those the broker set folded or marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stomptui.render.highlight import NOTE, segments
from stomptui.render.rows import LONGEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from stomptui.render.rows import Segment
    from stomptui.stomp.frame import Mark

MARKS_SHOWN = 3
"""Departures from the specification that are shown until all is asked for."""

CLIPPED_TO = 3
"""Lines of a header that are shown until all is asked for: a token or a trace must not fill the pane."""

MARKS_MOST = 200
"""Departures that are shown at all: hostile octets can hold one each."""


class Part(NamedTuple):
    """A stretch of one header: its number, and characters `start` to `end` of `name:value`."""

    header: int
    start: int
    end: int


class HeadRows:
    """The rows of `headers`, painted when asked for.

    With `fold`, those named in `set_by_broker` are counted in the last row, two short ones share a row, and a
    long one is cut after `CLIPPED_TO` lines; without, each is shown whole in its own rows and says `(broker)`
    when the broker set it. `width` is in columns; the value of the header `emphasised` stands out.
    """

    done = True

    def __init__(
        self,
        headers: Sequence[tuple[str, str]],
        width: int,
        set_by_broker: Collection[str] = (),
        *,
        fold: bool = False,
        emphasised: str = "",
    ) -> None:
        self._headers = headers
        self._width = width
        self._set_by_broker = set_by_broker
        self._fold = fold
        self._emphasised = emphasised
        self._half = max(width // 2, 1)
        shown = [n for n, (name, _) in enumerate(headers) if not fold or name not in set_by_broker]
        self._folded = len(headers) - len(shown)
        self._repeats = _repeats(headers)
        self._rows = list(self._laid_out(shown))
        if self._folded:
            self._rows.append(())

    def _laid_out(self, shown: list[int]) -> Iterator[tuple[Part, ...]]:
        waiting: Part | None = None
        for number in shown:
            name, value = self._headers[number]
            length = len(name) + 1 + len(value)
            short = self._fold and length < self._half - 1 and number not in self._repeats
            if short and _narrow(name + value):
                if waiting is None:
                    waiting = Part(number, 0, length)
                else:
                    yield waiting, Part(number, 0, length)
                    waiting = None
                continue
            if waiting is not None:
                yield (waiting,)
                waiting = None
            if self._fold and (room := _clipped(name, value, self._width)):
                yield (Part(number, 0, room),)
                continue
            for start in range(0, length, LONGEST):
                yield (Part(number, start, min(start + LONGEST, length)),)
        if waiting is not None:
            yield (waiting,)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int, /) -> list[Segment]:
        parts = self._rows[index]
        if not parts:
            plural = "" if self._folded == 1 else "s"
            return [(f"+ {self._folded} header{plural} from the broker (h)", NOTE)]
        if len(parts) == 1:
            return self._painted(parts[0])
        left, right = self._painted(parts[0]), self._painted(parts[1])
        used = sum(len(text) for text, _ in left)
        return [*left, (" " * (self._half - used), ""), *right]

    def _painted(self, part: Part) -> list[Segment]:
        name, value = self._headers[part.header]
        by_broker = not self._fold and name in self._set_by_broker
        out: list[Segment] = []
        if part.start < len(name):
            out += segments(name[part.start : part.end], "broker-header" if by_broker else "header-name")
        if part.start <= len(name) < part.end:
            out.append((":", NOTE))
        first = max(part.start - len(name) - 1, 0)
        last = max(part.end - len(name) - 1, 0)
        style = "broker-header" if by_broker else "header-value"
        out += segments(value[first:last], "error-frame" if name == self._emphasised else style)
        left = len(name) + 1 + len(value) - part.end
        if left and self._fold and part.start == 0 and _clipped(name, value, self._width):
            out.append((_more(left), NOTE))
        remark = "(broker)" if by_broker else ""
        if part.header in self._repeats:
            remark = f"{remark} (repeat: the first one counts)".lstrip()
        if remark and part.end > len(name) + len(value):
            used = sum(len(text) for text, _ in out)
            gap = max(self._width - used - len(remark), 2) if _narrow(value) else 2
            out.append((" " * gap + remark, NOTE))
        return out

    def grow(self, count: int) -> None:
        """All rows are known."""

    def estimate(self) -> int:
        return len(self._rows)

    def continues(self, index: int) -> bool:
        return len(self._rows[index]) == 1 and self._rows[index][0].start > 0

    def place(self, offset: int) -> int | None:
        return 0


def any_clipped(headers: Sequence[tuple[str, str]], width: int) -> bool:
    """Whether one of the headers would be cut in `width` columns."""
    return any(_clipped(name, value, width) for name, value in headers)


def _clipped(name: str, value: str, width: int) -> int:
    """How many characters of `name:value` are shown, 0 for one that has room for all."""
    length = len(name) + 1 + len(value)
    room = CLIPPED_TO * width
    if length * 2 <= room:
        return 0
    if not _narrow(name + value):
        room //= 2  # Wide characters take two cells.
    return 0 if length <= room else max(min(room - len(_more(length)), LONGEST), 1)


def _more(characters: int) -> str:
    return f" + {characters:,} characters (h)"


def _narrow(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _repeats(headers: Sequence[tuple[str, str]]) -> frozenset[int]:
    seen: set[str] = set()
    repeats = []
    for number, (name, _) in enumerate(headers):
        if name in seen:
            repeats.append(number)
        seen.add(name)
    return frozenset(repeats)


def mark_rows(marks: Sequence[Mark], *, everything: bool = False) -> list[list[Segment]]:
    """Write each departure of a frame from the specification in a row, the first few unless `everything`."""
    most = MARKS_MOST if everything else MARKS_SHOWN
    rows = [
        [
            (f"! {words}", "protocol-mark"),
            (f"  octet {mark.offset}", NOTE),
            (f"  {section}", NOTE),
        ]
        for mark in marks[:most]
        for words, section in [(_safe(mark.words), _safe(mark.section))]
    ]
    if len(marks) > most:
        how = "" if everything else " (h)"
        rows.append([(f"! + {len(marks) - most} more departures from the protocol{how}", "protocol-mark")])
    return rows


def _safe(text: str) -> str:
    return "".join(shown for shown, _ in segments(text[:LONGEST]))
