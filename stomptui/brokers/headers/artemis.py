"""ActiveMQ Artemis's headers: read in its manual and source, none seen on a running broker."""

from __future__ import annotations

from stomptui.brokers.facts import Header, Known

_SENT = ("SEND", "MESSAGE")
_ROUTING = ("ANYCAST", "MULTICAST")
_DURABLE = ("SUBSCRIBE", "UNSUBSCRIBE")

ARTEMIS = tuple(
    header._replace(known=Known.READ)
    for header in (
        Header("host", ("CONNECT",), "ignored", example="/", taken=False),
        Header("client-id", ("CONNECT",), "names the client; a durable subscription goes by it"),
        Header(
            "destination-type",
            ("SEND",),
            "ANYCAST: to one consumer of a queue; MULTICAST: a copy to each",
            _ROUTING,
        ),
        Header("persistent", _SENT, "true: kept on disk", ("true", "false")),
        Header("priority", _SENT, "0 to 9", example="4"),
        Header("expires", _SENT, "milliseconds since 1970; 0 is never", example="0"),
        Header("reply-to", _SENT, "where replies go"),
        Header("correlation-id", _SENT, "handed on: which request this answers"),
        Header("type", _SENT, "handed on: the JMSType"),
        Header(
            "subscription-type",
            ("SUBSCRIBE",),
            "ANYCAST: you compete for a queue; MULTICAST: you get a copy",
            _ROUTING,
        ),
        Header("selector", ("SUBSCRIBE",), "which messages: a filter on headers", example="n > 5"),
        Header("no-local", ("SUBSCRIBE",), "true: without what this connection sends", ("true",)),
        Header(
            "consumer-window-size",
            ("SUBSCRIBE",),
            "octets, not messages, that may be unsettled here; by default 10240",
            example="10240",
        ),
        Header("activemq.prefetchSize", ("SUBSCRIBE",), "octets: the same as consumer-window-size"),
        Header("durable-subscription-name", _DURABLE, "a durable subscription; CONNECT needs client-id"),
        Header("durable-subscriber-name", _DURABLE, "the old name of durable-subscription-name"),
        Header("activemq.subscriptionName", _DURABLE, "durable-subscription-name as ActiveMQ names it"),
        Header("transaction", ("ACK", "NACK"), "ignored: it is settled at once", taken=False),
        Header("redelivered", ("MESSAGE",), "whether it was delivered before"),
        Header("timestamp", ("MESSAGE",), "milliseconds since 1970"),
        Header("_AMQ_ORIG_ADDRESS", ("MESSAGE",), "dead-lettered: the address that it came from"),
        Header("_AMQ_ORIG_QUEUE", ("MESSAGE",), "dead-lettered: the queue that it came from"),
    )
)
