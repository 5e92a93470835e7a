"""What frames of one kind have in common: the command and the header names, proved and written once.

An application sends the same few headers again and again, with other values. What is kept is bounded.
"""

from __future__ import annotations

from stomptui.stomp.writers import Write, writer

KEPT = 256
"""Skeletons kept; one more kind of frame, and none is kept any more: where none comes twice they cost."""

OCTETS = 512
"""Characters of a command and its names up to which they are kept."""

HEADERS = 32
"""Headers up to which a frame is looked up at all."""

TRIMMED = "".join(map(chr, range(0x21)))
"""What some brokers take off around a name: to them `content-length :0` is a content-length, too."""

Key = tuple[str, tuple[str, ...]]


Skeleton = tuple[list[str], int, Write]
"""A head in parts, every second of which is the place of a value, which value is that of content-length (-1
for none), and what writes values into it that need no escape.
"""


class Skeletons(dict[Key, Skeleton | None]):
    """Skeletons by command and names; None for what has to be looked at each time."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up = False
        """Whether there were too many kinds, so that nothing is to be looked up."""

    def __missing__(self, key: Key) -> Skeleton | None:
        command, names = key
        if len(command) + sum(map(len, names)) > OCTETS:
            return None
        if len(self) >= KEPT:
            self.given_up = True
            self.clear()
            return None
        self[key] = made = _skeleton(command, names)
        return made


def _skeleton(command: str, names: tuple[str, ...]) -> Skeleton | None:
    if not command or "" in names or special("".join((command, *names))):
        return None
    lengths = [at for at, name in enumerate(names) if name.strip(TRIMMED) == "content-length"]
    if len(lengths) > 1 or (lengths and names[lengths[0]] != "content-length"):
        return None
    parts = [f"{command}\n"]
    for name in names:
        parts[-1] += f"{name}:"
        parts += ["", "\n"]
    parts[-1] += "\n"
    length = lengths[0] if lengths else -1
    return parts, length, writer(names, parts[::2], length)


def special(text: str) -> bool:
    """Whether anything in `text` may have to be escaped, or cannot be written."""
    return "\\" in text or ":" in text or "\n" in text or "\r" in text or "\0" in text
