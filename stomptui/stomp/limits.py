"""How large a frame may be before it is taken for nonsense or an attack."""

from __future__ import annotations

import sys
from dataclasses import dataclass

COMMAND_LINE = 1024
"""Octets. The longest command has 11; this is what ActiveMQ allows, RabbitMQ 4 allows 32."""

HEADER_LINE = 2 * 1024 * 1024
"""Octets. RabbitMQ 3 accepts a header of 1 MB, so one may arrive."""

HEADERS = 10_000
"""Header lines. RabbitMQ 3 accepts 2,000 and names no limit; ActiveMQ stops at 1,000."""

HEAD = 16 * 1024 * 1024
"""Octets of command and headers together: the two limits above alone would allow 20 GB."""

BODY = 256 * 1024 * 1024
"""Octets. RabbitMQ and ActiveMQ accept bodies of 100 MiB; AMQP's own limit there is 512 MiB at most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one frame may hold; exceeding a limit breaks the stream (LimitExceeded names it)."""

    command_line: int = COMMAND_LINE
    header_line: int = HEADER_LINE
    headers: int = HEADERS
    head: int = HEAD
    body: int = BODY


DEFAULTS = Limits()

NONE = Limits(*(sys.maxsize >> 1,) * 5)
"""For octets that were within the limits once."""
