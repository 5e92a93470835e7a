"""The embedded broker's ERRORs: their bodies are sentences, here is what to do."""

from __future__ import annotations

from stomptui.brokers.facts import explanation

DEMO = tuple(
    explanation(rf"^{message}$", meaning, what_to_do, closes=closes)
    for message, meaning, what_to_do, closes in (
        (
            "unknown destination",
            "this broker has queues and topics only",
            "use /queue/NAME or /topic/NAME",
            False,
        ),
        (
            r"missing (?:destination|id|transaction|subscription|message-id)",
            "the frame lacks a header that it needs",
            "add that header",
            False,
        ),
        ("duplicate subscription", "the id belongs to another subscription", "choose another id", False),
        (
            "unknown subscription",
            "this connection has no subscription of that id",
            "check the id: it may have ended before",
            False,
        ),
        ("settled already", "the message was settled before", "settle each message once", False),
        (
            "unknown message",
            "no message of this connection awaits a settling under that id",
            "use the value of the message's ack header as it came",
            False,
        ),
        (
            "already staged",
            "a transaction that is open settles the message already",
            "COMMIT that transaction, or ABORT it to take the settling back",
            False,
        ),
        (
            "unknown transaction",
            "no transaction of that name is open",
            "BEGIN it first",
            False,
        ),
        (
            "transaction already begun",
            "a transaction of that name is open",
            "COMMIT or ABORT it first, or choose another name",
            False,
        ),
        ("unknown ack mode", "there is no such ack mode", "use auto, client or client-individual", False),
        ("unreadable prefetch-count", "prefetch-count is no number", "give a number of messages", False),
        ("unknown command", "a client has no such frame in this version", "correct the command", False),
        ("already connected", "CONNECT came a second time", "connect once", True),
        ("malformed frame", "the octets form no frame", "look at what was sent, on the wire", True),
    )
)
