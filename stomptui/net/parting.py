"""How a connection came to its end: what was heard of DISCONNECT and of ERROR, and what that means."""

from __future__ import annotations

from stomptui.net.explain import how_it_ended
from stomptui.stomp.events import ErrorReceived, Event, FrameSent, ReceiptReceived


class Parting:
    """Remembers of one connection what tells an end in order from one that is not."""

    def __init__(self) -> None:
        self._disconnect: int | None = None  # the number of that frame
        self._answered = False
        self._after_error = False

    def see(self, event: Event) -> None:
        """Take in what happened; a MESSAGE need not be shown."""
        if isinstance(event, FrameSent):
            if event.frame.command == "DISCONNECT":
                self._disconnect = event.number
        elif isinstance(event, ReceiptReceived):
            self._answered |= event.answers is not None and event.answers == self._disconnect
        elif isinstance(event, ErrorReceived):
            self._after_error = True

    def reason(self, error: Exception | None, *, unread: int, said: str) -> tuple[str, bool]:
        """Why the transport has ended, and whether that was in order; `unread` counts octets of no frame."""
        # On a WebSocket RabbitMQ answers DISCONNECT by closing in order, and sends no receipt.
        agreed = self._disconnect is not None and error is None and not self._after_error and not unread
        if self._answered or agreed:  # the receipt of DISCONNECT and the end may come in one read
            return "disconnected", True
        return how_it_ended(error, after_error=self._after_error, unread=unread, said=said), False
