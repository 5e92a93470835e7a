"""ActiveMQ Artemis's ERRORs: read in its manual and source, none seen on a running broker."""

from __future__ import annotations

from stomptui.brokers.facts import Known, explanation

ARTEMIS = tuple(
    explanation(pattern, meaning, what_to_do, closes=None, known=Known.READ)
    for pattern, meaning, what_to_do in (
        (
            r"Destination does not exist: ",
            "there is no such address, and Artemis may not make it",
            "check the name, or have auto-create-addresses and auto-create-queues allowed for it",
        ),
        (
            r"failed to ack because no message with id: ",
            "no message of this connection awaits a settling under that id",
            "settle each message once",
        ),
        (
            r"subscription id .* does not match ",
            "the message belongs to another subscription than the one that is named",
            "name the subscription of the message",
        ),
        (
            r"No id header in ACK/NACK frame",
            "the frame does not say which message it settles",
            "add id, from the message's ack",
        ),
        (
            r"No transaction started: ",
            "no transaction of that name is open: it was never begun, or ended before",
            "BEGIN it first",
        ),
        (
            r"Cannot create a subscriber on the durable subscription if the client-id ",
            "a durable subscription goes by the client-id, and CONNECT had none",
            "connect with client-id",
        ),
        (
            r"Client must set destination or id header to a SUBSCRIBE command",
            "SUBSCRIBE names no destination",
            "add the header destination",
        ),
        (
            r"Must specify the subscription's id",
            "UNSUBSCRIBE names no subscription",
            "give it the id of its SUBSCRIBE",
        ),
        (
            r"^consumer with ID .* disconnected by server",
            "the broker ended a subscription, as when its queue is deleted: nothing comes from it any more",
            "subscribe again",
        ),
        (
            r"Message header too big, increase minLargeMessageSize",
            "the headers are larger than stompMinLargeMessageSize of the acceptor",
            "put what is long into the body, or raise that setting",
        ),
        (
            r"Undefined escape sequence",
            "a header value has a backslash with a letter that STOMP does not escape",
            r"escape as \\, \n, \c, and in 1.2 \r",
        ),
        (
            r"Unsupported command: ",
            "a client has no such frame; commands are written in capitals",
            "correct the command",
        ),
    )
)
