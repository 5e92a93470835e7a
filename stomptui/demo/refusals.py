"""How a frame is refused: the words of the ERROR frame that answers it."""

from __future__ import annotations

from stomptui.stomp.frame import Frame


class Refused(Exception):
    """A frame that cannot be done: a short message, one sentence, and whether the connection ends."""

    def __init__(
        self, message: str, words: str, *, closes: bool = False, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(words)
        self.message = message
        self.words = words
        self.closes = closes
        self.headers = headers or {}

    def error(self, receipt_id: str | None) -> Frame:
        """The ERROR frame; `receipt_id` is the `receipt` header of the frame that is refused."""
        body = f"{self.words}\n".encode("utf-8", "surrogateescape")
        headers = [("message", one_line(self.message))]
        if receipt_id is not None:
            headers.append(("receipt-id", receipt_id))
        headers += [(name, one_line(value)) for name, value in self.headers.items()]
        headers += [("content-type", "text/plain"), ("content-length", str(len(body)))]
        return Frame("ERROR", headers, body)


def one_line(text: str) -> str:
    """Text without the octets that no header of STOMP 1.0, or of an ERROR before CONNECTED, can hold."""
    return text.translate({0: " ", 10: " ", 13: " "})


def required(frame: Frame, name: str) -> str:
    """The value of a header that must be there; raises `Refused` where it is not."""
    value = frame.first(name)
    if not value:
        raise Refused(f"missing {name}", f"{frame.command} needs a '{name}' header.")
    return value
