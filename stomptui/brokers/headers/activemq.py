"""ActiveMQ Classic's headers."""

from __future__ import annotations

from stomptui.brokers.facts import Header, Known

_SENT = ("SEND", "MESSAGE")
_TRUE = ("true",)

ACTIVEMQ = (
    Header("host", ("CONNECT",), "ignored", example="/", taken=False),
    Header(
        "client-id",
        ("CONNECT",),
        "names the client, one connection at a time; a durable subscription goes by it",
    ),
    Header("session", ("CONNECTED",), "the client-id, or an id of ActiveMQ's own"),
    Header("persistent", _SENT, "true: kept through a restart, and dead-lettered by a NACK", _TRUE),
    Header("priority", _SENT, "0 to 9, 4 by default; no number closes the connection", example="4"),
    Header(
        "expires",
        _SENT,
        "milliseconds since 1970; in the past: confirmed and dropped; 0 is never",
        example="0",
    ),
    Header(
        "reply-to", _SENT, "where replies go; subscribe to /temp-queue/NAME before", example="/temp-queue/r"
    ),
    Header("correlation-id", _SENT, "handed on: which request this answers"),
    Header("type", _SENT, "handed on: the JMSType"),
    Header("timestamp", _SENT, "milliseconds since 1970: yours if you set it"),
    Header("JMSXGroupID", ("SEND",), "messages of one group go to one consumer; it is not handed on"),
    Header("JMSXGroupSeq", ("SEND",), "place in the group; it is not handed on", example="1"),
    Header(
        "amq-msg-type",
        _SENT,
        "the message for JMS consumers: text or bytes, whatever content-length says",
        ("text", "bytes"),
        known=Known.READ,
    ),
    Header(
        "content-length",
        ("SEND",),
        "octets of the body; JMS consumers get a BytesMessage with it, a TextMessage without",
    ),
    Header("content-length", ("MESSAGE",), "octets of the body; only of a bytes message"),
    Header("transformation", _SENT, "how the body is turned into a JMS object", known=Known.READ),
    *(
        Header(f"AMQ_SCHEDULED_{name}", _SENT, f"{meaning}; needs schedulerSupport", known=Known.READ)
        for name, meaning in (
            ("DELAY", "milliseconds before it is delivered"),
            ("PERIOD", "milliseconds between repeats"),
            ("REPEAT", "how often it is repeated"),
            ("CRON", "when it is delivered, as in a crontab"),
        )
    ),
    Header("message-id", ("SEND",), "ignored: ActiveMQ sets it", taken=False),
    Header(
        "id", ("SUBSCRIBE",), "a name for the subscription; refused without it from 1.1 on", required=True
    ),
    Header(
        "ack",
        ("SUBSCRIBE",),
        "who settles, as specified; any other value is auto",
        ("auto", "client", "client-individual"),
    ),
    Header("selector", ("SUBSCRIBE",), "which messages: a condition on headers as in JMS", example="n > 5"),
    Header(
        "activemq.prefetchSize", ("SUBSCRIBE",), "messages that may be unsettled here at once", example="10"
    ),
    Header("activemq.exclusive", ("SUBSCRIBE",), "true: all of the queue's messages come here", _TRUE),
    Header("activemq.priority", ("SUBSCRIBE",), "who has a higher one gets messages first", example="10"),
    Header("activemq.noLocal", ("SUBSCRIBE",), "true: without what this connection sends", _TRUE),
    Header(
        "activemq.subscriptionName",
        ("SUBSCRIBE",),
        "a durable subscription to a topic; CONNECT needs client-id",
    ),
    Header(
        "activemq.retroactive",
        ("SUBSCRIBE",),
        "true: what the topic still has, first",
        _TRUE,
        known=Known.READ,
    ),
    Header(
        "activemq.dispatchAsync",
        ("SUBSCRIBE",),
        "false: a quick consumer is served in the publisher's thread",
        ("true", "false"),
        known=Known.READ,
    ),
    Header(
        "activemq.maximumPendingMessageLimit",
        ("SUBSCRIBE",),
        "messages kept for a slow consumer of a topic: older ones are dropped",
        known=Known.READ,
    ),
    Header("browser", ("SUBSCRIBE",), "true: shows what the queue holds and takes nothing", _TRUE),
    Header("no-local", ("SUBSCRIBE",), "ignored: the name here is activemq.noLocal", taken=False),
    Header("activemq.subscriptionName", ("UNSUBSCRIBE",), "ends the durable subscription of that name"),
    Header("requeue", ("NACK",), "ignored: a NACK never puts back", taken=False),
    Header("message-id", ("MESSAGE",), "the message's own: the same at every delivery"),
    Header("ack", ("MESSAGE",), "the id for its ACK or NACK: another one at each delivery"),
    Header("redelivered", ("MESSAGE",), "true where it was delivered before; else it is not there", _TRUE),
    Header("browser", ("MESSAGE",), "end: what the browser shows ends here, this is no message", ("end",)),
    Header("original-destination", ("MESSAGE",), "dead-lettered: where it was before"),
    Header("originalExpiration", ("MESSAGE",), "dead-lettered: the expires that it had"),
    Header("dlqDeliveryFailureCause", ("MESSAGE",), "dead-lettered: why", known=Known.READ),
)
