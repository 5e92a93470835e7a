"""RabbitMQ's headers; most are properties of AMQP, which the plug-in hands on."""

from __future__ import annotations

from stomptui.brokers.facts import Header, Known

_QUEUE = ("SEND", "SUBSCRIBE")
_SENT = ("SEND", "MESSAGE")
_BOTH = ("true", "false")

ARGUMENTS = (
    Header("durable", _QUEUE, "false: the queue need not survive a restart", _BOTH, known=Known.READ),
    Header("auto-delete", _QUEUE, "true: the queue goes with its last subscription", _BOTH),
    Header("exclusive", _QUEUE, "true: the queue is this connection's alone", _BOTH),
    Header(
        "x-message-ttl", _QUEUE, "milliseconds that a message waits before it is dropped", example="60000"
    ),
    Header("x-expires", _QUEUE, "milliseconds without use before the queue goes", example="60000"),
    Header("x-max-length", _QUEUE, "messages that may wait: the oldest fall off", example="10000"),
    Header("x-max-length-bytes", _QUEUE, "octets of bodies that may wait", example="1000000"),
    Header("x-max-priority", _QUEUE, "the queue heeds priority, up to this", example="10"),
    Header("x-dead-letter-exchange", _QUEUE, "where refused and expired messages go", example="amq.direct"),
    Header("x-dead-letter-routing-key", _QUEUE, "the key with which they go there", example="dead"),
    Header("x-queue-type", _QUEUE, "the kind of queue", ("classic", "quorum", "stream")),
)
"""What SEND and SUBSCRIBE declare a queue with: another one, or one less, than it has is refused."""

RABBITMQ = (
    Header("host", ("CONNECT",), "the virtual host; / where it is left out", example="/"),
    Header("login", ("CONNECT",), "the user; left out, RabbitMQ logs in as guest, as it is shipped"),
    Header(
        "heart-beat",
        ("CONNECT",),
        "milliseconds between beats, promised and wanted; below 1000 RabbitMQ takes 1000",
        example="10000,10000",
    ),
    Header("client-id", ("CONNECT",), "ignored", taken=False),
    Header("persistent", _SENT, "true: kept on disk where the queue is durable", _BOTH, known=Known.READ),
    Header("priority", _SENT, "heeded by a queue with x-max-priority; a number", example="5"),
    Header("expiration", _SENT, "milliseconds before it is dropped from the queue", example="60000"),
    Header(
        "reply-to",
        _SENT,
        "where replies go; /temp-queue/NAME has RabbitMQ make a queue and subscribe you to it",
        example="/temp-queue/replies",
    ),
    Header("correlation-id", _SENT, "handed on: which request this answers"),
    Header("type", _SENT, "handed on: what kind of message it is"),
    Header("timestamp", _SENT, "handed on: a number, in AMQP seconds since 1970"),
    Header("app-id", _SENT, "handed on: the application that sent it"),
    Header("user-id", _SENT, "your own login, or RabbitMQ refuses it and closes the connection"),
    Header("content-encoding", _SENT, "handed on: how the body is encoded"),
    Header("amqp-message-id", _SENT, "handed on: the message-id that AMQP consumers see"),
    Header("message-id", ("SEND",), "refused: RabbitMQ sets it", taken=False),
    *ARGUMENTS,
    Header("id", ("SUBSCRIBE",), "a name, once a connection; a durable subscription to a topic goes by it"),
    Header("prefetch-count", ("SUBSCRIBE",), "messages that may be unsettled here at once", example="10"),
    Header("x-queue-name", ("SUBSCRIBE",), "the queue behind a subscription to a topic or an exchange"),
    Header(
        "x-stream-offset",
        ("SUBSCRIBE",),
        "where in a stream to begin: first, last, next or offset=N",
        example="first",
    ),
    Header("selector", ("SUBSCRIBE",), "ignored: everything is delivered", taken=False),
    Header("browser", ("SUBSCRIBE",), "ignored: messages are taken", taken=False),
    Header("no-local", ("SUBSCRIBE",), "ignored: your own messages come too", taken=False),
    Header("x-priority", ("SUBSCRIBE",), "ignored by 3.10: consumers take turns", taken=False),
    Header(
        "durable", ("UNSUBSCRIBE",), "true: ends a durable subscription to a topic, with its queue", ("true",)
    ),
    Header("requeue", ("NACK",), "false: not back to the queue, discarded or dead-lettered", _BOTH),
    Header("destination", ("MESSAGE",), "where it was sent; a queue is /queue/NAME however you subscribed"),
    Header("message-id", ("MESSAGE",), "of this delivery: another one each time"),
    Header("redelivered", ("MESSAGE",), "whether it was delivered before, to anyone; always there", _BOTH),
    Header("receipt", ("MESSAGE",), "the publisher's, handed on: it means nothing here"),
    Header("transaction", ("MESSAGE",), "the publisher's, handed on: it means nothing here"),
    Header("content-length", ("MESSAGE",), "octets of the body; none for an empty one"),
    Header("x-first-death-queue", ("MESSAGE",), "dead-lettered: the queue in which it died first"),
    Header("x-first-death-exchange", ("MESSAGE",), "dead-lettered: the exchange that it came through then"),
    Header("x-first-death-reason", ("MESSAGE",), "dead-lettered: why, as rejected or expired"),
    Header("x-delivery-count", ("MESSAGE",), "deliveries before this one, from a quorum queue"),
    Header("x-stream-offset", ("MESSAGE",), "its place in the stream"),
    Header("version", ("ERROR",), "the versions that RabbitMQ speaks"),
)
