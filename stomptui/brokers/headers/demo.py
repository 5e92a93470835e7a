"""The embedded broker's headers."""

from __future__ import annotations

from stomptui.brokers.facts import Header

_BOTH = ("true", "false")

DEMO = (
    Header("login", ("CONNECT",), "any is let in", taken=False),
    Header("passcode", ("CONNECT",), "any is let in", taken=False),
    Header("host", ("CONNECT",), "any will do, but there must be one", example="/", required=True),
    Header("prefetch-count", ("SUBSCRIBE",), "messages that may be unsettled here at once", example="10"),
    Header("selector", ("SUBSCRIBE",), "ignored: everything is delivered", taken=False),
    Header("requeue", ("NACK",), "false: discarded, not back to the queue", _BOTH),
    Header("message-id", ("MESSAGE",), "the message's own: the same at every delivery"),
    Header("redelivered", ("MESSAGE",), "whether it was delivered before, to anyone; always there", _BOTH),
)
