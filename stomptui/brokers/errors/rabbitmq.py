"""RabbitMQ's ERRORs: the plug-in's own, which leave most connections open, and the broker's behind it."""

from __future__ import annotations

from stomptui.brokers.errors.amqp import AMQP
from stomptui.brokers.facts import explanation

_PLUGIN = (
    explanation(
        r"^Duplicated subscription identifier$",
        "the id belongs to another subscription of this connection; a RECEIPT for it means nothing",
        "choose another id, or UNSUBSCRIBE first",
        closes=True,
    ),
    explanation(
        r"^Processing error$",
        "a header has a value that cannot be read: no number, no ack mode, no destination in reply-to",
        "check priority, prefetch-count, ack, reply-to, heart-beat and the x- headers",
        closes=None,
    ),
    explanation(
        r"^Bad command$",
        "a client has no such frame; commands are written in capitals",
        "correct the command",
        closes=False,
    ),
    explanation(
        r"^Unknown destination$",
        "the destination begins like none that RabbitMQ knows",
        "use /queue/NAME, /topic/KEY, /exchange/EX/KEY, /amq/queue/NAME or a bare name for a queue",
        closes=False,
    ),
    explanation(
        r"^'/temp-queue/.*' is not a valid destination for '",
        "/temp-queue/NAME is for the reply-to of a SEND, which makes the subscription by itself",
        "put it into reply-to; nothing can be sent to it by that name",
        closes=False,
    ),
    explanation(
        r"^'.*' is not a valid \w+ destination$|^Destination cannot be blank$",
        "the destination has no name, or more slashes than its kind has parts",
        "write a slash in a name as %2F",
        closes=False,
    ),
    explanation(
        r"^Missing destination or id$",
        "UNSUBSCRIBE names no subscription",
        "give it the id of its SUBSCRIBE",
        closes=False,
    ),
    explanation(
        r"^Missing destination$", "the frame names no destination", "add the header destination", closes=False
    ),
    explanation(
        r"^No subscription found$",
        "this connection has no subscription of that id",
        "check the id: it ended before, or is another connection's",
        closes=False,
    ),
    explanation(
        r"^UNSUBSCRIBE 'id' may not start with ",
        "a subscription that a reply-to made ends with the connection only",
        "leave it, or reconnect",
        closes=False,
    ),
    explanation(
        r"^Header 'id' is required for durable subscriptions",
        "a durable subscription to a topic goes by its id, which names the queue behind it",
        "add an id that stays the same",
        closes=False,
    ),
    explanation(
        r"^\"N?ACK\" must include the ",
        "the frame does not say which message it settles",
        "1.2: id, from the message's ack; 1.1: message-id and subscription",
        closes=False,
    ),
    explanation(
        r"^\"N?ACK\" must include a valid ",
        "the id is none that RabbitMQ gives",
        "use the value of the message's ack header as it came",
        closes=False,
    ),
    explanation(
        r"^'message-id' is not allowed on 'SEND'",
        "RabbitMQ makes the message-id itself",
        "leave it out; amqp-message-id is handed on",
        closes=False,
    ),
    explanation(
        r"^Subscription not found$",
        "the subscription of that message has ended, or is another connection's",
        "nothing: the message comes again when the connection that holds it ends",
        closes=False,
    ),
    explanation(
        r"^Missing transaction$", "the frame names no transaction", "add the header transaction", closes=False
    ),
    explanation(
        r"^Bad transaction$",
        "no transaction of that name is open: it was never begun, or ended before",
        "BEGIN it first",
        closes=False,
    ),
    explanation(
        r"^Server cancelled subscription$",
        "the queue of that subscription was deleted: nothing comes from it any more",
        "subscribe again, to make it anew",
        closes=False,
    ),
)

RABBITMQ = AMQP + _PLUGIN
