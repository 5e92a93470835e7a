"""Filter expressions that were typed, the newest last, in a file of the user's state folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path

NAME = "filters"
MOST = 100
LONGEST = 10_000
"""Characters of an expression that is kept; the language takes no longer ones either."""


def path() -> Path:
    """Where they are, one a line, whether or not there are any."""
    return user_state_path("stomptui") / NAME


def read() -> list[str]:
    """What was typed, the newest last; nothing where that cannot be read."""
    try:
        text = path().read_bytes().decode("utf-8", "replace")
    except OSError:
        return []
    return [line for line in text.split("\n") if line.strip()][-MOST:]


def add(text: str) -> None:
    """Keep `text` as the newest, once; where it cannot be written, it is not kept."""
    line = " ".join(text.splitlines()).strip()
    if not line or len(line) > LONGEST:
        return
    lines = [*(other for other in read() if other != line), line][-MOST:]
    octets = "".join(f"{one}\n" for one in lines).encode("utf-8", "replace")
    file = path()
    beside = file.with_name(f"{NAME}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(number, "wb") as stream:
            stream.write(octets)
        beside.replace(file)
