"""What can go wrong on a STOMP connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stomptui.stomp.frame import Frame


class StompError(Exception):
    """Every error of this library; its text is one line, fit to be shown to a person."""


class LocalProtocolError(StompError):
    """A frame was refused before it was sent; nothing left this machine and the connection lives."""


class RemoteProtocolError(StompError):
    """The peer's octets cannot be read as frames from `offset` on; the connection cannot go on.

    `offset` counts octets from the first one received on the connection.
    """

    def __init__(self, words: str, offset: int = 0) -> None:
        super().__init__(words)
        self.offset = offset


class LimitExceeded(RemoteProtocolError):
    """The peer's frame is larger than a limit; the text names the limit, its value and its setting."""


class AccessRefused(RemoteProtocolError):
    """Somebody on the way to the broker wants another login than the one it was shown, or none at all of us.

    It is not tried again by itself, as a login that the broker refuses is not.
    """


class BrokerError(StompError):
    """The broker sent an ERROR frame; `frame` is that frame."""

    def __init__(self, words: str, frame: Frame) -> None:
        super().__init__(words)
        self.frame = frame


class ConnectionLost(StompError):
    """The connection ended before what was asked for was done; whether the broker did it is unknown."""


class TimedOut(StompError):
    """The peer did not answer within its time limit; whether the broker did it is unknown."""


class Offline(ConnectionLost):
    """There is no connection now: nothing left this machine, and it can be tried again later."""


class StaleMessage(LocalProtocolError):
    """A message came on a connection that has ended: it cannot be settled, and is delivered again."""


class TransactionLost(ConnectionLost):
    """A transaction ended with its connection before COMMIT was sent: nothing of it was done."""
