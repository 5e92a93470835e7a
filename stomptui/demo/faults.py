"""What a test can switch on to make the embedded broker misbehave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Faults:
    """Misbehaviour, off by default; fields may be changed while the broker runs and hold from then on.

    Frame counts are those of the broker's own frames on one connection, its CONNECTED included; a count
    that has passed already (0, for one) takes effect at once.
    """

    silent_after: int | None = None
    """Write nothing any more, heart-beats included, after so many frames; what arrives is still read."""
    close_after: int | None = None
    """After so many whole frames write half of the next one, then close the connection."""
    refuse_login: bool = False
    """Answer CONNECT with ERROR `Access refused`, then close."""
    refuse_host: bool = False
    """Answer CONNECT with an ERROR that names the virtual host that was asked for, then close."""
    no_heart_beats: bool = False
    """Promise heart-beats in CONNECTED and send none."""
    no_receipts: bool = False
    """Do what is asked, but send no RECEIPT."""
    error_on_send: str | None = None
    """Refuse the next SEND with an ERROR of this message, once."""
    error_on_subscribe: str | None = None
    """The same for the next SUBSCRIBE."""
    errors_close: bool = False
    """Close after every ERROR, as the specification has it; brokers keep most connections open."""
    slow: float = 0.0
    """Seconds to wait before each frame is written."""
