"""RabbitMQ's ERRORs that come from the broker behind the plug-in: it ends the connection after each."""

from __future__ import annotations

from stomptui.brokers.facts import explanation

AMQP = (
    explanation(
        r"^PRECONDITION_FAILED - unknown delivery tag",
        "a message was settled that did not await it: settled before, or covered by an ACK in mode client",
        "settle each message once; what was unsettled comes again on the next connection",
        closes=True,
    ),
    explanation(
        r"^PRECONDITION_FAILED - inequivalent arg '",
        "the queue exists with other arguments, and a SEND or SUBSCRIBE to /queue/NAME declares it",
        "send the x- headers it was made with, or use /amq/queue/NAME, which declares nothing",
        closes=True,
    ),
    explanation(
        r"^PRECONDITION_FAILED - invalid arg '",
        "the queue argument has a value that RabbitMQ does not allow, or not for this kind of queue",
        "correct that header, or leave it out",
        closes=True,
    ),
    explanation(
        r"^PRECONDITION_FAILED - user_id property",
        "user-id names another user than the one who is logged in",
        "leave user-id out, or log in as that user",
        closes=True,
    ),
    explanation(
        r"^PRECONDITION_FAILED - consumer prefetch count is not set",
        "a stream is read with a prefetch only",
        "subscribe with prefetch-count, and ack:client or client-individual",
        closes=True,
    ),
    explanation(
        r"^PRECONDITION_FAILED - delivery acknowledgement on channel .* timed out",
        "one message was unsettled for longer than consumer_timeout; all that were unsettled come again",
        "settle within it, 30 minutes as RabbitMQ is shipped, or subscribe with a smaller prefetch",
        closes=True,
    ),
    explanation(
        r"^RESOURCE_LOCKED - ",
        "the queue is exclusive to another connection, or was made with another durable or exclusive",
        "wait for that connection to end, or subscribe with the headers it was made with",
        closes=True,
    ),
    explanation(
        r"^NOT_FOUND - no queue ",
        "there is no such queue in this virtual host, and /amq/queue and /reply-queue make none",
        "check the name and the virtual host, or make it: /queue/NAME",
        closes=True,
    ),
    explanation(
        r"^NOT_FOUND - no exchange ",
        "there is no such exchange in this virtual host, and STOMP makes none",
        "check the name and the virtual host",
        closes=True,
    ),
    explanation(
        r"^ACCESS_REFUSED - queue name '.*' contains reserved prefix",
        "queues whose names begin with amq. are made by RabbitMQ alone",
        "choose another name, or use one that exists: /amq/queue/NAME",
        closes=True,
    ),
    explanation(
        r"^ACCESS_REFUSED - access to ",
        "this user may not configure, write or read that queue or exchange",
        "use /amq/queue/NAME, which needs no right to configure, or another user",
        closes=True,
    ),
    explanation(
        r"^AMQP channel died$",
        "RabbitMQ broke off what it was asked for; the reason stands at the end of the body",
        "correct that; for a stream: ack:client and prefetch-count",
        closes=True,
    ),
)
